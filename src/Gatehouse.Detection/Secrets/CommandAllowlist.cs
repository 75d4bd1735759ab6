using System.Text.RegularExpressions;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// The arguments of a command for a screen, of which each is shown only if its form or its place says that it is no secret: the program, names of
/// options, names of packages, scripts and images, a few words of runners, and values that are harmless (<see cref="HarmlessValue"/>).
/// </summary>
internal static partial class CommandAllowlist
{
    /// <summary>The text in place of a value that is not shown to be harmless.</summary>
    public const string Hidden = "<hidden>";

    // Options of package runners and containers that have no value behind them.
    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "-y", "--yes", "-i", "-t", "-it", "-ti", "-q", "--quiet", "--rm", "--init", "--interactive", "--tty", "--verbose", "--debug", "--stdio", "--",
        "--read-only", "--offline", "--help", "--version",
    };

    private static readonly HashSet<string> RunnerWords = new(StringComparer.Ordinal)
    {
        "run", "exec", "start", "serve", "server", "mcp", "stdio", "dlx", "tool", "x", "install", "up", "compose", "docker", "podman", "npx", "npm",
        "node", "python", "python3", "pip", "pipx", "uv", "uvx", "bun", "bunx", "deno", "dotnet", "java", "sh", "bash", "cmd", "env", "sudo", "go", "cargo",
    };

    /// <summary>Returns the arguments with each one hidden, or its value, that is not shown to be harmless; as many as were given.</summary>
    /// <param name="arguments">The argument vector, the program first.</param>
    public static IReadOnlyList<string> Mask(IReadOnlyList<string> arguments)
    {
        var masked = new string[arguments.Count];
        for (var i = 0; i < masked.Length; i++) masked[i] = i == 0 ? Program(arguments[0]) : Argument(i == 1 ? "" : arguments[i - 1], arguments[i]);
        return masked;
    }

    /// <summary>Returns an argument, or as much of it as is harmless.</summary>
    /// <param name="before">The argument before it; empty for the first one behind the program.</param>
    /// <param name="text">The argument.</param>
    public static string Argument(string before, string text)
    {
        if (Assignment().Match(text) is { Success: true } pair)
        {
            var (name, sign, value) = (pair.Groups[1].Value, pair.Groups[2].Value, pair.Groups[3].Value);
            return HarmlessValue.Is(name.TrimStart('-'), value) ? text : name + sign + HiddenFor(name);
        }

        if (IsOption(before))
        {
            if (before is "-e" or "--env" && Variable().IsMatch(text) && HarmlessValue.IsWordy(text)) return text; // a name without a value
            if (!text.StartsWith("--", StringComparison.Ordinal) && !Switches.Contains(text))
                return HarmlessValue.Is(before.TrimStart('-'), text) ? text : HiddenFor(before);
        }

        return IsOptionName(text) || HarmlessValue.HasForm(text) || RunnerWords.Contains(text) || IsPackage(text) ? text : Hidden;
    }

    private static string Program(string text) =>
        RunnerWords.Contains(text) || HarmlessValue.IsPlace(text) || (ProgramName().IsMatch(text) && HarmlessValue.IsWordy(text)) ? text : Hidden;

    private static string HiddenFor(string name) => SecretNames.MayBeSecret(name.TrimStart('-')) ? CommandSecrets.Hidden : Hidden;

    // An option that may have its value behind it.
    private static bool IsOption(string text) => text.StartsWith('-') && !text.Contains('=', StringComparison.Ordinal) && !Switches.Contains(text);

    private static bool IsOptionName(string text) => Switches.Contains(text) || OptionName().IsMatch(text);

    private static bool IsPackage(string text) => Package().IsMatch(text) && HarmlessValue.IsWordy(text);

    [GeneratedRegex(@"^(-{0,2}[A-Za-z][A-Za-z0-9_.\-]{0,63})(=|:[ \t]+)(.*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?:-[A-Za-z]|--[A-Za-z]+(?:-[A-Za-z0-9]+){0,6})\z", RegexOptions.CultureInvariant)]
    private static partial Regex OptionName();

    [GeneratedRegex(@"^[A-Z][A-Z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9._+\-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProgramName();

    // @scope/name, name@version, mcp-server-name, host/path:tag. A user with a password has no slash before the colon, or is the value of an option.
    [GeneratedRegex(@"^(?:@[a-z0-9._\-]+/[a-z0-9._\-]+|[a-z][a-z0-9._\-]*(?=@[0-9v])|(?:[a-z]+-)*(?:mcp|server)(?:-[a-z]+)*|[a-z][a-z0-9._\-]*(?:/[a-z0-9._\-]+)+)"
        + @"(?:[@:](?:latest|v?[0-9][0-9.]*))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Package();
}
