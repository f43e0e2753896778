//! Submits a sweep to Slurm: a job array whose tasks compute a share of the cells each, and a job that renders.
//!
//! The scripts are ordinary ones that sbatch reads from its input; `--dry-run` prints them. See `docs/cluster.md`.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// A sweep to submit.
#[derive(clap::Args)]
pub struct Sweep {
    /// The paper, already built
    slug: String,
    /// Number of array tasks, each with its share of the cells
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    shards: u32,
    /// Size of the run: smoke, default or paper
    #[arg(long)]
    scale: Option<String>,
    /// Change a key of paper.yaml (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print the two scripts instead of submitting them
    #[arg(long)]
    dry_run: bool,
    /// Options for sbatch, such as --partition=NAME, --time=1:00:00 or --cpus-per-task=8
    #[arg(last = true)]
    sbatch: Vec<String>,
}

/// Submits the sweep, or prints what would be submitted.
///
/// # Errors
/// When the paper is not built or refuses the configuration, or sbatch is absent or refuses a job.
pub fn submit(root: &Path, sweep: &Sweep) -> Result<()> {
    let slug = &sweep.slug;
    ensure!(root.join("papers").join(slug).join("paper.yaml").is_file(), "there is no papers/{slug}");
    let built = crate::programs(root).join(slug);
    let bytes = fs::read(&built).with_context(|| format!("{slug} is not built: {}", built.display()))?;
    // Says how much there is to do, and refuses a wrong configuration once, not in every task.
    let mut estimate = Command::new(&built);
    estimate.args(["run", "--dry-run"]).args(sweep.which()).current_dir(root);
    let estimate = estimate.stderr(Stdio::inherit()).output()?;
    ensure!(estimate.status.success(), "nothing was submitted");

    let program = frozen_name(slug, &bytes);
    // Jobs usually inherit the environment, but a site may have it otherwise.
    let variable = |name| std::env::var(name).ok().map(|value| (name, value));
    let environment: Vec<_> = ["PAPERS_CACHE", "PAPERS_DATA"].into_iter().filter_map(variable).collect();
    let scripts = Scripts::new(sweep, &program, &environment);
    if sweep.dry_run {
        print!("{}", scripts.shown(sweep));
        return Ok(());
    }
    std::io::stdout().write_all(&estimate.stdout)?;
    freeze(&root.join(&program), &bytes).with_context(|| format!("cannot write {program}"))?;

    let array = sbatch(root, &sweep.array_options(), &scripts.array)?;
    let render = sbatch(root, &sweep.render_options(&array), &scripts.render).with_context(|| {
        format!("the array job {array} was submitted, its render job was not; `scancel {array}` stops it")
    })?;
    let plural = if sweep.shards == 1 { "" } else { "s" };
    println!(
        "submitted array job {array} ({} task{plural}) and render job {render}, which starts when all tasks have succeeded\n\
         \x20 logs      target/slurm/{slug}/{array}_<task>.log and {render}_render.log\n\
         \x20 watch     squeue --jobs={array},{render}\n\
         \x20 stop      scancel {array} {render}\n\
         \x20 resubmit  the same command when this array has ended, or now with SBATCH=--dependency=afterany:{array};\n\
         \x20           only cells that are not cached are computed",
        sweep.shards
    );
    Ok(())
}

impl Sweep {
    /// The arguments that say which run it is, the same for all jobs.
    fn which(&self) -> Vec<&str> {
        let scale = self.scale.iter().flat_map(|scale| ["--scale", scale]);
        scale.chain(self.set.iter().flat_map(|set| ["--set", set])).collect()
    }

    fn array_options(&self) -> Vec<String> {
        self.sbatch.clone()
    }

    /// As for the array, apart from its indices; of two dependencies sbatch takes the later.
    fn render_options(&self, array: &str) -> Vec<String> {
        let mut options = self.sbatch.clone();
        options.retain(|option| !option.starts_with("--array"));
        options.push(format!("--dependency=afterok:{array}"));
        options
    }
}

/// The two batch scripts.
struct Scripts {
    array: String,
    render: String,
}

impl Scripts {
    fn new(sweep: &Sweep, program: &str, environment: &[(&str, String)]) -> Scripts {
        let Sweep { slug, shards, .. } = sweep;
        let which: String = sweep.which().iter().map(|word| format!(" {}", quoted(word))).collect();
        let environment: String =
            environment.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value))).collect();
        let threads = "--threads \"$SLURM_CPUS_PER_TASK\"";
        Scripts {
            array: format!(
                "#!/bin/sh\n\
                 #SBATCH --job-name={slug}\n\
                 #SBATCH --array=0-{}\n\
                 #SBATCH --cpus-per-task=1\n\
                 #SBATCH --output=target/slurm/{slug}/%A_%a.log --open-mode=append\n\
                 {environment}\
                 exec {program} run --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" {threads}{which}\n",
                shards - 1
            ),
            render: format!(
                "#!/bin/sh\n\
                 #SBATCH --job-name={slug}-render\n\
                 #SBATCH --kill-on-invalid-dep=yes\n\
                 #SBATCH --cpus-per-task=1\n\
                 #SBATCH --output=target/slurm/{slug}/%j_render.log --open-mode=append\n\
                 {environment}\
                 exec {program} render --wait 120 {threads}{which}\n"
            ),
        }
    }

    /// Both scripts, each under the command that would read it.
    fn shown(&self, sweep: &Sweep) -> String {
        let command =
            |options: &[String]| -> String { options.iter().map(|word| format!(" {}", quoted(word))).collect() };
        format!(
            "# sbatch --parsable{}\n{}\n# sbatch --parsable{}\n{}",
            command(&sweep.array_options()),
            self.array,
            command(&sweep.render_options("ARRAY_JOB")),
            self.render
        )
    }
}

/// Where the jobs' own copy of the program is kept, by its contents.
///
/// Tasks may wait for days. Were they to run `target/release/<slug>`, building it meanwhile would put other code
/// under tasks that wait, and pull the file from under those that run.
fn frozen_name(slug: &str, bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("target/slurm/{slug}/program-{:016x}", hasher.finish())
}

fn freeze(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder)?;
    if path.is_file() {
        return Ok(());
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    let mut permissions = file.as_file().metadata()?.permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    file.as_file().set_permissions(permissions)?;
    file.into_temp_path().persist(path)?;
    Ok(())
}

/// Submits a script from the workspace's folder and returns the number of the job.
fn sbatch(root: &Path, options: &[String], script: &str) -> Result<String> {
    let mut command = Command::new("sbatch");
    command.arg("--parsable").args(options).current_dir(root);
    // Jobs inherit the environment; make's job tokens would mean nothing to them.
    command.env_remove("MAKEFLAGS").env_remove("MFLAGS");
    let mut child = match command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "sbatch is not on this machine: submit from one that belongs to a Slurm cluster \
             (docs/cluster.md shows ways without Slurm)"
        ),
        started => started.context("cannot run sbatch")?,
    };
    let mut input = child.stdin.take().context("sbatch takes no input")?;
    // If it ends before it has read everything, its exit status says why.
    let _ = input.write_all(script.as_bytes());
    drop(input);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "sbatch refused the job");
    let answer = String::from_utf8_lossy(&output.stdout);
    // The number, or number;cluster; a site's own messages may come before it.
    let job = answer.lines().last().and_then(|line| line.trim().split(';').next());
    let job = job.filter(|job| !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit()));
    let job = job.with_context(|| format!("sbatch gave no job number: {answer}"))?;
    Ok(job.to_string())
}

/// A word as the shell must be given it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+=./:,%@".contains(&byte);
    match !word.is_empty() && word.bytes().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_are_what_the_page_shows() {
        let sweep = Sweep {
            slug: "xor-grokking".to_string(),
            shards: 4,
            scale: Some("paper".to_string()),
            set: vec!["eta=0.1".to_string(), "alphas=[0.5, 0.25]".to_string()],
            dry_run: true,
            sbatch: vec!["--time=1:00:00".to_string(), "--array=0-3%2".to_string()],
        };
        let environment = [("PAPERS_CACHE", "/scratch/my cells".to_string())];
        let program = "target/slurm/xor-grokking/program-0";
        let shown = Scripts::new(&sweep, program, &environment).shown(&sweep);
        let expected = "\
# sbatch --parsable --time=1:00:00 --array=0-3%2
#!/bin/sh
#SBATCH --job-name=xor-grokking
#SBATCH --array=0-3
#SBATCH --cpus-per-task=1
#SBATCH --output=target/slurm/xor-grokking/%A_%a.log --open-mode=append
export PAPERS_CACHE='/scratch/my cells'
exec target/slurm/xor-grokking/program-0 run --shard \"$SLURM_ARRAY_TASK_ID/4\" --threads \"$SLURM_CPUS_PER_TASK\" --scale paper --set eta=0.1 --set 'alphas=[0.5, 0.25]'

# sbatch --parsable --time=1:00:00 --dependency=afterok:ARRAY_JOB
#!/bin/sh
#SBATCH --job-name=xor-grokking-render
#SBATCH --kill-on-invalid-dep=yes
#SBATCH --cpus-per-task=1
#SBATCH --output=target/slurm/xor-grokking/%j_render.log --open-mode=append
export PAPERS_CACHE='/scratch/my cells'
exec target/slurm/xor-grokking/program-0 render --wait 120 --threads \"$SLURM_CPUS_PER_TASK\" --scale paper --set eta=0.1 --set 'alphas=[0.5, 0.25]'
";
        assert_eq!(shown, expected);
    }

    #[test]
    fn words_survive_the_shell() {
        for word in ["plain=1", "two words", "it's", "", "$HOME `id` \"x\" \\", "[1,2]*?"] {
            let output = Command::new("sh").args(["-c", &format!("printf %s {}", quoted(word))]).output().unwrap();
            assert_eq!(output.stdout, word.as_bytes(), "{word}");
        }
    }
}
