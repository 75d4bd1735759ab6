using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Presets;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy preset</c>.</summary>
internal static class PolicyPresetCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name")
        { Description = "Name of the preset. Without a name: list the names.", Arity = ArgumentArity.ZeroOrOne };
        var cases = new Option<bool>("--cases") { Description = "Print the cases of the preset for 'policy test' instead." };
        var command = new Command("preset",
            "Print a policy that comes with the gateway, as a starting point.\n\nExample:\n  gatehouse policy preset team > team.yaml") { name, cases };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(cases)));
        return command;
    }

    private static int Run(string? name, bool cases)
    {
        if (name is null)
        {
            foreach (var one in PolicyPresets.Names) Terminal.Data(one);
            return ExitCodes.Done;
        }

        if (!PolicyPresets.Names.Contains(name))
        {
            Terminal.Fault($"the preset {name} does not exist");
            Terminal.Hint($"use one of these: {string.Join(", ", PolicyPresets.Names)}");
            return ExitCodes.Usage;
        }

        Terminal.Data((cases ? PolicyPresets.Cases(name) : PolicyPresets.Text(name)).TrimEnd('\n'));
        return ExitCodes.Done;
    }
}
