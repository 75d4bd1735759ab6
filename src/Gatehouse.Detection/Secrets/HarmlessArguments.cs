using System.Text.RegularExpressions;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// The arguments of a command for a screen, of which each is shown only if its form or its place says that it is no secret: the program, names of
/// options, the package or image of a program that runs one, a few words of runners, and values that are harmless (<see cref="HarmlessValue"/>).
/// </summary>
internal static partial class HarmlessArguments
{
    /// <summary>The text in place of a value that is not shown to be harmless.</summary>
    public const string HiddenMark = "<hidden>";

    private const string ContainerSwitches = "-i -t -it -ti -d -q";

    // Options that have no value behind them, whatever the program is.
    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "--yes", "--quiet", "--rm", "--init", "--interactive", "--tty", "--verbose", "--debug", "--stdio", "--", "--read-only", "--offline", "--help",
        "--version",
    };

    // Programs that run a package or an image, each with its short options that have no value. Another program may have a password behind the letter.
    private static readonly Dictionary<string, string> PackageRunners = new(StringComparer.Ordinal)
    {
        ["npx"] = "-y -q",
        ["npm"] = "-y -q",
        ["pnpm"] = "-y -q",
        ["yarn"] = "-q",
        ["bun"] = "-y",
        ["bunx"] = "-y",
        ["uv"] = "-q",
        ["uvx"] = "-q",
        ["pipx"] = "-q",
        ["deno"] = "-q",
        ["dotnet"] = "",
        ["docker"] = ContainerSwitches,
        ["podman"] = ContainerSwitches,
        ["nerdctl"] = ContainerSwitches,
    };

    // Programs that start the one behind them.
    private static readonly HashSet<string> Launchers = new(StringComparer.Ordinal) { "env", "sudo", "cmd" };

    private static readonly HashSet<string> HarmlessWords = new(StringComparer.Ordinal)
    {
        "run", "exec", "start", "serve", "server", "mcp", "stdio", "dlx", "tool", "x", "install", "up", "compose", "docker", "podman", "npx", "npm",
        "node", "python", "python3", "pip", "pipx", "uv", "uvx", "bun", "bunx", "deno", "dotnet", "java", "sh", "bash", "cmd", "env", "sudo", "go", "cargo",
    };

    /// <summary>Returns the arguments with each one hidden, or its value, that is not shown to be harmless; as many as were given.</summary>
    /// <param name="arguments">The argument vector, the program first.</param>
    public static IReadOnlyList<string> Mask(IReadOnlyList<string> arguments)
    {
        var masked = new string[arguments.Count];
        var name = arguments.Count == 0 ? "" : NameOf(arguments[0]);
        var runner = PackageRunners.ContainsKey(name) ? name : null;
        for (var i = 0; i < masked.Length; i++)
        {
            var (before, text) = (i < 2 ? "" : arguments[i - 1], arguments[i]);
            masked[i] = i == 0 ? Program(text) : Argument(before, text, runner);
            if (i > 0 && runner is null && Launchers.Contains(name) && PackageRunners.ContainsKey(text)) (runner, name) = (text, "");
            else if (i > 0 && runner is not null && IsPlain(before, text, runner) && IsPackage(text)) runner = null; // the rest is the package's
        }

        return masked;
    }

    /// <summary>Returns an argument, or as much of it as is harmless.</summary>
    /// <param name="before">The argument before it; empty for the first one behind the program.</param>
    /// <param name="text">The argument.</param>
    /// <param name="runner">The program that runs a package, before the package; null for any other.</param>
    public static string Argument(string before, string text, string? runner = null)
    {
        if (Assignment().Match(text) is { Success: true } pair)
        {
            var (name, sign, value) = (pair.Groups[1].Value, pair.Groups[2].Value, pair.Groups[3].Value);
            if (!HarmlessValue.IsWordy(name)) return HiddenMark;
            return HarmlessValue.Is(name.TrimStart('-'), value) ? text : name + sign + HiddenFor(name);
        }

        if (!IsPlain(before, text, runner))
        {
            if (IsVariable(before, text, runner)) return text;
            return HarmlessValue.Is(before.TrimStart('-'), text) ? text : HiddenFor(before);
        }

        return IsSwitch(text, runner) || IsOptionName(text) || HarmlessValue.HasForm(text) || HarmlessWords.Contains(text)
            || (runner is not null && IsPackage(text)) ? text : HiddenMark;
    }

    // False for the value of the option before it. An option may follow one that has no value, but not one that may have a secret.
    private static bool IsPlain(string before, string text, string? runner) => !IsOption(before, runner) || IsSwitch(text, runner)
        || (text.StartsWith("--", StringComparison.Ordinal) && !SecretNames.MayBeSecret(before.TrimStart('-')));

    // A name without a value: the container takes it from the environment.
    private static bool IsVariable(string before, string text, string? runner) =>
        (before == "--env" || (before == "-e" && runner is not null && PackageRunners[runner] == ContainerSwitches))
        && Variable().IsMatch(text) && HarmlessValue.IsWordy(text);

    private static string NameOf(string program)
    {
        var name = program[(program.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.EndsWith(".exe", StringComparison.Ordinal) || name.EndsWith(".cmd", StringComparison.Ordinal) ? name[..^4] : name;
    }

    private static string Program(string text) =>
        HarmlessWords.Contains(text) || HarmlessValue.IsPlace(text) || (ProgramName().IsMatch(text) && HarmlessValue.IsWordy(text))
            ? text : HiddenMark;

    private static string HiddenFor(string name) => SecretNames.MayBeSecret(name.TrimStart('-')) ? CommandSecrets.Hidden : HiddenMark;

    // An option that may have its value behind it.
    private static bool IsOption(string text, string? runner) =>
        text.StartsWith('-') && !text.Contains('=', StringComparison.Ordinal) && !IsSwitch(text, runner);

    private static bool IsSwitch(string text, string? runner) =>
        Switches.Contains(text) || (runner is not null && text.Length > 0 && PackageRunners[runner].Split(' ').Contains(text));

    private static bool IsOptionName(string text) => OptionName().IsMatch(text) && HarmlessValue.IsWordy(text);

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
