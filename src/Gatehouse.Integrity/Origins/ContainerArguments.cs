namespace Gatehouse.Integrity.Origins;

/// <summary>Reads the arguments of <c>docker run</c> and its relatives.</summary>
internal static class ContainerArguments
{
    // Options that take no value; every other one that is not written with '=' takes the next argument.
    private static readonly HashSet<string> Bare = new(StringComparer.Ordinal)
    {
        "-i", "-t", "-it", "-ti", "-d", "-P", "--rm", "--init", "--interactive", "--tty", "--privileged", "--read-only", "--detach",
        "--no-healthcheck",
        "--publish-all", "--quiet", "-q", "--oom-kill-disable", "--disable-content-trust",
    };

    /// <summary>Returns the image that is run, or null when none is.</summary>
    public static string? ImageOf(IReadOnlyList<string> arguments)
    {
        var at = arguments.ToList().FindIndex(argument => argument is "run" or "create");
        for (var i = at + 1; at >= 0 && i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith('-')) return arguments[i];
            if (!Bare.Contains(arguments[i]) && !arguments[i].Contains('=', StringComparison.Ordinal)) i++;
        }

        return null;
    }

    /// <summary>Returns the values of an option in both forms of writing.</summary>
    public static IEnumerable<string> Values(IReadOnlyList<string> arguments, params string[] names)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (names.Contains(arguments[i]) && i + 1 < arguments.Count) yield return arguments[i + 1];
            foreach (var name in names)
            {
                if (arguments[i].StartsWith(name + "=", StringComparison.Ordinal)) yield return arguments[i][(name.Length + 1)..];
            }
        }
    }
}
