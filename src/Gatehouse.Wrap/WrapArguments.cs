namespace Gatehouse.Wrap;

/// <summary>The command line of <c>gatehouse wrap</c>.</summary>
/// <param name="Name">Name of the server.</param>
/// <param name="Environment">Names of the variables it gets, in order, each once.</param>
/// <param name="Command">The command, the program first.</param>
internal sealed record WrapArguments(string Name, IReadOnlyList<string> Environment, IReadOnlyList<string> Command)
{
    /// <summary>Reads the arguments. Returns null, and the fault, when they are wrong.</summary>
    public static WrapArguments? Parse(string[] arguments, out string fault)
    {
        string? name = null;
        var environment = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--") return Finish(name, environment, arguments[(i + 1)..], out fault);
            var (option, value) = Split(arguments[i]);
            if (option is not ("--name" or "--env"))
                return Fail($"'{NameOf(arguments[i])}' is unknown here; write the server's command after '--'", out fault);
            if (value is null && i + 1 < arguments.Length) value = arguments[++i];
            if (value is null) return Fail($"'{option}' needs a value", out fault);
            if (option == "--name") name = value;
            else if (FaultOfVariable(value, environment) is { } wrong) return Fail(wrong, out fault);
        }

        return Fail("the server's command is missing; write it after '--'", out fault);
    }

    // The threat: a person who writes NAME=VALUE has the secret in the client's log of the server (CWE-532). So no value is repeated.
    private static string NameOf(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is >= 0 and var sign ? argument[..sign] : argument;

    private static string? FaultOfVariable(string value, SortedSet<string> environment)
    {
        var name = NameOf(value);
        if (!ServerName.IsVariable(name)) return "'--env' takes the name of a variable";
        if (name.Length < value.Length)
            return $"'--env' takes the name of a variable without a value: write '--env {name}', and set {name} in the environment of the client";
        return environment.Add(name) ? null : $"'--env {name}' occurs twice";
    }

    private static WrapArguments? Finish(string? name, SortedSet<string> environment, string[] command, out string fault)
    {
        if (command.Length == 0 || command[0].Length == 0) return Fail("the server's command is missing after '--'", out fault);
        if (name is not null && !ServerName.IsGood(name))
            return Fail($"'{name}' cannot be a server's name: letters, digits, '-' and '_', at most 63, beginning with a letter", out fault);
        fault = "";
        return new WrapArguments(name ?? ServerName.Of(command), [.. environment], command);
    }

    private static (string Option, string? Value) Split(string argument)
    {
        var sign = argument.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && argument.StartsWith("--", StringComparison.Ordinal) ? (argument[..sign], argument[(sign + 1)..]) : (argument, null);
    }

    private static WrapArguments? Fail(string words, out string fault)
    {
        fault = words;
        return null;
    }
}
