//! What the columns of a table are, in the form of the W3C's CSV on the Web: `table.csv-metadata.json`.

use serde_json::{Value, json};
use tables::Table;

/// Name, type and documentation of each column. Documentation is found by the column's name.
pub(crate) fn metadata(table: &Table, documentation: &[(&str, &str)]) -> String {
    let described = |(name, datatype): (&str, &str)| -> Value {
        let text = documentation.iter().find(|(column, _)| *column == name).map(|(_, text)| *text);
        let text =
            text.or((name == "kind").then_some("What the row is about; columns that have no meaning there are empty."));
        match text {
            Some(text) => json!({ "name": name, "datatype": datatype, "dc:description": text }),
            None => json!({ "name": name, "datatype": datatype }),
        }
    };
    let columns: Vec<Value> = table.types().into_iter().map(described).collect();
    let metadata = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": "table.csv",
        "null": "",
        "tableSchema": { "columns": columns },
    });
    format!("{metadata:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_types_and_texts() {
        let table = Table::from_csv("kind,t,acc\na,1,0.5\n").unwrap();
        let metadata: Value = serde_json::from_str(&metadata(&table, &[("acc", "Share.")])).unwrap();
        let columns = &metadata["tableSchema"]["columns"];
        assert_eq!((&columns[0]["name"], &columns[0]["datatype"]), (&json!("kind"), &json!("string")));
        assert_eq!(columns[1]["datatype"], "integer");
        assert_eq!(columns[2], json!({ "name": "acc", "datatype": "number", "dc:description": "Share." }));
    }
}
