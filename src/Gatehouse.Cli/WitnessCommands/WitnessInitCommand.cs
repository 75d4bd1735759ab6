using System.CommandLine;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Witness;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.WitnessCommands;

/// <summary><c>gatehouse witness init</c>.</summary>
internal static class WitnessInitCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name")
        { Description = "Name of the witness in its cosignatures. Use a host name and a path that no other witness uses.", HelpName = "name", Required = true };
        var operatorName = new Option<string>("--operator")
        { Description = "Person or organization that runs the witness, in words. Auditors see it beside each cosignature.", HelpName = "words", Required = true };
        var state = WitnessCommand.State();
        var command = new Command("init",
            """
            Make the keys of a new witness: on P-256 always, and with Ed25519 where the system's libcrypto has it. The command prints the
            verifier keys, each with the operator behind it. Give these lines to the operators of gateways and to auditors.

            Never restore the folder of a witness from a copy: a witness that forgot what it cosigned may cosign another branch of a log.
            Make a new witness instead.

            Example:
              gatehouse witness init --name witness.example.org/w1 --operator "Example Org, internal audit" --state /var/lib/witness
            """)
        { name, operatorName, state };
        command.SetAction(parsed => WitnessCommand.Run(() =>
        {
            var words = parsed.GetValue(operatorName)!.Trim();
            if (!IsGood(parsed.GetValue(name)!, words)) return ExitCodes.Usage;
            using var witness = WitnessService.Create(parsed.GetValue(state)!, parsed.GetValue(name)!, words, TimeProvider.System);
            foreach (var key in witness.Keys) Terminal.Row(key);
            if (witness.Keys.Count == 1)
                Terminal.Note("this system has no Ed25519, so the witness has only the key on P-256; other implementations may not know it");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static bool IsGood(string name, string operatorName)
    {
        if (!NoteKey.IsName(name))
        {
            Terminal.Fault($"--name: '{name}' is no name of a witness: it is empty, or has a space or a plus sign");
            Terminal.Hint("give a host name and a path, such as witness.example.org/w1");
            return false;
        }

        if (WitnessKey.IsOperator(operatorName)) return true;
        Terminal.Fault("--operator: the words are missing, longer than 200 characters, or more than one line");
        Terminal.Hint("give the person or organization in one line, such as \"Example Org, internal audit\"");
        return false;
    }
}
