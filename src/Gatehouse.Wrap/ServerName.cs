namespace Gatehouse.Wrap;

/// <summary>Names of wrapped servers, in the form that configuration and policy have for names.</summary>
internal static class ServerName
{
    private const int MaxLength = 63;
    private const int MaxVariable = 256;

    /// <summary>Returns true for letters, digits, '-' and '_', at most 63, beginning with a letter.</summary>
    public static bool IsGood(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsAsciiLetter(name[0]) && name.AsSpan().IndexOfAnyExcept(Letters) < 0;

    /// <summary>Returns true for a text that can be the name of a variable.</summary>
    public static bool IsVariable(string name) => name.Length is > 0 and <= MaxVariable && name.AsSpan().IndexOfAny('=', '\0', '\n') < 0;

    /// <summary>Returns a name made of the command: the last part of the launcher's target, or of the program.</summary>
    public static string Of(IReadOnlyList<string> command)
    {
        var name = Clean(LastPart(command[0]));
        if (!IsLauncher(name)) return name;
        for (var i = 1; i < command.Count; i++)
        {
            var argument = command[i];
            if (argument.StartsWith('-') || argument is "run" or "exec" or "dlx" or "x" || argument.Length == 0) continue;
            return Clean(LastPart(argument));
        }

        return name;
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static bool IsLauncher(string name) => name is "npx" or "node" or "uvx" or "uv" or "python" or "python3" or "dotnet" or "docker"
        or "podman" or "bunx" or "bun" or "deno" or "pnpm" or "yarn" or "pipx" or "sh" or "bash";

    private static string LastPart(string path)
    {
        var end = path.AsSpan().TrimEnd("/\\");
        var part = end[(end.LastIndexOfAny('/', '\\') + 1)..];
        var version = part[Math.Min(1, part.Length)..].IndexOfAny('@', ':');
        return (version < 0 ? part : part[..(version + 1)]).ToString();
    }

    private static string Clean(string part)
    {
        Span<char> kept = stackalloc char[MaxLength];
        var length = 0;
        foreach (var character in part)
        {
            if (length == MaxLength) break;
            if (length == 0 && !char.IsAsciiLetter(character)) continue;
            kept[length++] = Letters.Contains(character) ? character : '-';
        }

        return length == 0 ? "server" : kept[..length].ToString();
    }
}
