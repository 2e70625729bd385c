using System.CommandLine;
using Eip.Cli.CommandLine;

namespace Eip.Cli.Commands;

/// <summary><c>eip completion</c>: the script that lets a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    // The program itself suggests: it is given the line, and where the cursor stands in it.
    private const string Bash = """
        _eip() {
          local line=${COMP_LINE#"${COMP_WORDS[0]}"}
          local at=$((COMP_POINT - ${#COMP_WORDS[0]}))
          mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$((at + 3))]" "eip$line" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -o default -F _eip eip ./eip
        """;

    private const string Zsh = """
        _eip() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:$((${#BUFFER[1,CURSOR]} - ${#words[1]} + 3))]" "eip${BUFFER#"${words[1]}"}" 2> /dev/null)}")
          compadd -a found
        }
        compdef _eip eip ./eip
        """;

    private const string Fish = """
        complete -c eip -a '(set -l words (commandline -opc); $words[1] "[suggest]" (string join " " eip $words[2..] (commandline -ct)) 2> /dev/null)'
        """;

    public static Command Create() => new Command("completion", "Prints a script with which a shell completes commands and options.")
    {
        Shell("bash", Bash, "source <(eip completion bash)"),
        Shell("zsh", Zsh, "source <(eip completion zsh)"),
        Shell("fish", Fish, "eip completion fish | source"),
    };

    private static Command Shell(string name, string script, string example) =>
        new Command(name, $"The script for {name}.").WithExamples(example).Runs(_ =>
        {
            Console.WriteLine(script.ReplaceLineEndings("\n"));
            return ExitCodes.Success;
        });
}
