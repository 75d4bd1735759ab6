using Gatehouse.Configuration.Reading;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Rules;

/// <summary>Servers started as local processes.</summary>
internal static class CommandRules
{
    public static void Check(ConfigurationSection server, FaultList faults)
    {
        if (server.Find("command") is { } command) CheckCommand(command, faults);
        var secrets = server.Items("secrets").Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var twice in server.Items("environment").Where(item => secrets.Contains(item.Name)))
            faults.Add(twice, "this variable is in 'secrets' too", "keep one of them");
    }

    private static void CheckCommand(ConfiguredValue command, FaultList faults)
    {
        if (command.Items.Count == 0)
        {
            faults.Add(command, "the command is empty", "give the program and its arguments: [program, argument]");
            return;
        }

        // Arguments appear in this file, in the output of 'config show', and in the process list of the machine (SK-01).
        foreach (var (at, _, _) in CommandSecrets.Find([.. command.Items.Skip(1).Select(item => item.Text)]))
            faults.Add(command.Items[at + 1], "this argument contains a secret, and every program on the machine can read arguments",
                "store it with 'gatehouse secret set NAME' and write vault:NAME under 'secrets', which passes it to the server as a variable; if "
                    + "the server accepts only an argument, start a script that reads the variable");

        // A name is looked up on PATH; a path that is not from the root would be another program in another folder.
        var program = command.Items[0];
        var isName = program.Text.AsSpan().IndexOfAny('/', '\\') < 0 && program.Text is not ("." or "..");
        if (!isName && !Path.IsPathFullyQualified(program.Text))
            faults.Add(program, "the program depends on the working folder",
                "write the path from the root, or a name that is on PATH");
        else if (isName && program.Text.Contains(' ', StringComparison.Ordinal))
            faults.Add(program, "the program and its arguments are in one string, and no shell separates them",
                "write each argument as a separate entry");
    }
}
