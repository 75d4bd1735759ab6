using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Integrity.Origins;

/// <summary>The source of a server's code, read from a command line: the same for a scan, a lock and an approval.</summary>
public static partial class CommandOrigin
{
    private static readonly string[] Interpreters =
        ["node", "python", "python3", "py", "deno", "bun", "ruby", "perl", "php", "java", "dotnet", "bash", "sh", "zsh", "pwsh", "powershell",
            "tsx", "ts-node"];

    private static readonly string[] Shells = ["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "pwsh", "powershell"];

    private static readonly string[] Fetchers =
        ["npx", "bunx", "pnpx", "npm", "pnpm", "yarn", "uvx", "uv", "pipx", "dnx", "docker", "podman", "nerdctl", "cmd", "env"];

    // Programs and packages that prepare variables, secrets or a connection, and then run the command behind them.
    private static readonly string[] Runners =
        ["envmcp", "dotenv", "dotenv-cli", "dotenvx", "env-cmd", "cross-env", "mcp-proxy", "op", "doppler", "infisical", "aws-vault", "chamber",
            "direnv", "mise", "fnm", "volta", "corepack", "time", "timeout", "nohup", "setsid", "stdbuf", "caffeinate"];

    // Programs in front of the server's, one behind the other, that are followed. What is deeper is unknown (CWE-674).
    private const int DeepestStart = 16;

    /// <summary>Returns the origin of a command.</summary>
    /// <param name="command">The program and its arguments.</param>
    public static ServerOrigin Of(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Of(command.Count == 0 ? null : command[0], [.. command.Skip(1)], null, null);
    }

    /// <summary>Returns the origin of an entry of a client's configuration.</summary>
    /// <param name="command">The program, or null for a server that is reached by its URL.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="url">The URL, or null for a server that is started.</param>
    /// <param name="type">The type that the entry names, or null for none.</param>
    /// <param name="runners">Receives the packages of programs in front that run the command behind them; null where they are not needed.</param>
    internal static ServerOrigin Of(string? command, IReadOnlyList<string> arguments, string? url, string? type,
        ICollection<ServerOrigin>? runners = null)
    {
        if (command is not null) return WithoutSecret(OfCommand(command, arguments, new Start(runners ?? [])));
        if (url is null) return new(type is "builtin" or "platform" ? OriginKind.BuiltIn : OriginKind.Unknown, "", null, false);
        return new(OriginKind.Remote, Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.GetLeftPart(UriPartial.Authority)
            .Replace(parsed.UserInfo + "@", "", StringComparison.Ordinal) : "unreadable address", null, false);
    }

    /// <summary>Returns the origin of a text that a shell runs: that of its first command which fetches code, otherwise of its first one.</summary>
    /// <param name="line">The text, in words.</param>
    /// <param name="runners">As in the other form.</param>
    internal static ServerOrigin Of(WrittenCommandLine line, ICollection<ServerOrigin>? runners = null) =>
        WithoutSecret(OfLine(line, new Start(runners ?? [])));

    private static ServerOrigin OfLine(WrittenCommandLine line, Start start)
    {
        var origins = line.Commands.Select(command => OfCommand("env", command, start)).ToList();
        return origins.Find(static origin => origin.IsFetched) ?? origins.FirstOrDefault() ?? new(OriginKind.Unknown, "", null, false);
    }

    // Threat: a package, an image or a program is named by a text that holds a secret, and every report names it (CWE-532).
    private static ServerOrigin WithoutSecret(ServerOrigin origin) => origin with { Name = WithoutSecrets(origin.Name) };

    private static ServerOrigin OfCommand(string command, IReadOnlyList<string> arguments, Start start)
    {
        if (start.Depth++ > DeepestStart) return new(OriginKind.Unknown, "", null, false);
        var program = ProgramName(command);
        if (WrapperLength(command, arguments) is not null) return Wrapped(arguments, start);
        if (ShellText(program, arguments) is { } text && OfLine(WrittenCommandLine.Split(text), start) is { IsFetched: true } fetched) return fetched;
        // A shell, cmd /c or env in front runs the command that follows it.
        if (program is "cmd" or "env" or "sudo" or "doas" or "nice" && Behind(arguments) is { Count: > 0 } inner)
            return OfCommand(inner[0], [.. inner.Skip(1)], start);
        if (Runners.Contains(program) && StartedBy(arguments) is { } started)
            return OfCommand(arguments[started], [.. arguments.Skip(started + 1)], start);
        if (program == "node" && Script(arguments) is { } cli && ProgramName(arguments[cli]) is "npx-cli.js" or "npm-cli.js")
            return OfCommand(ProgramName(arguments[cli])[..3], [.. arguments.Skip(cli + 1)], start);
        var origin = program switch
        {
            "npx" or "bunx" or "pnpx" => Npm(Package(arguments, "-p", "--package")),
            "npm" or "pnpm" or "yarn" or "bun" when arguments is ["exec" or "dlx" or "x", ..] =>
                Npm(Package([.. arguments.Skip(1)], "-p", "--package")),
            "deno" or "bun" when arguments.FirstOrDefault(static one => one.StartsWith("npm:", StringComparison.Ordinal)) is { } specifier =>
                Npm(specifier["npm:".Length..].TrimStart('/')),
            "uvx" => PyPi(Package(arguments, "--from", "--with")),
            "uv" when arguments is ["tool", "run", ..] => PyPi(Package([.. arguments.Skip(2)], "--from", "--with")),
            "pipx" when arguments is ["run", ..] => PyPi(Package([.. arguments.Skip(1)], "--spec", "--pip-args")),
            "dnx" => NuGet(arguments),
            "docker" or "podman" or "nerdctl" => Image(arguments),
            _ => Local(command, program, arguments),
        };
        // The runner is a package itself, and fetched as the server is.
        if (!Runners.Contains(origin.Name.Split('/')[^1]) || !origin.IsFetched || StartedBy(arguments, origin.Name) is not { } behind) return origin;
        start.Runners.Add(WithoutSecret(origin));
        return OfCommand(arguments[behind], [.. arguments.Skip(behind + 1)], start);
    }

    // The text that a shell reads: sh -c TEXT, cmd /c "TEXT", powershell -Command TEXT.
    private static string? ShellText(string program, IReadOnlyList<string> arguments)
    {
        if (program == "cmd") return Behind(arguments) is [var only] && only.Any(char.IsWhiteSpace) ? only : null;
        if (!Shells.Contains(program)) return null;
        var isPowerShell = program is "pwsh" or "powershell";
        for (var i = 0; i + 1 < arguments.Count; i++)
        {
            var option = arguments[i];
            if (isPowerShell ? option.ToUpperInvariant() is "-COMMAND" or "-C"
                : option.StartsWith('-') && !option.StartsWith("--", StringComparison.Ordinal) && option.EndsWith('c'))
                return isPowerShell ? string.Join(' ', arguments.Skip(i + 1)) : arguments[i + 1];
        }

        return null;
    }

    // The place of the command that a runner starts: behind '--', otherwise the first name of a program that runs packages, images or scripts.
    private static int? StartedBy(IReadOnlyList<string> arguments, string after = "")
    {
        var isBehind = after.Length == 0;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (isBehind && arguments[i] == "--" && i + 1 < arguments.Count) return i + 1;
            if (isBehind && (Interpreters.Contains(ProgramName(arguments[i])) || Fetchers.Contains(ProgramName(arguments[i])))) return i;
            isBehind |= arguments[i].Contains(after, StringComparison.Ordinal);
        }

        return null;
    }

    private static int? Script(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith('-') && arguments[i] is not "run") return i;
        }

        return null;
    }

    /// <summary>Returns the number of arguments up to and with the verb when the command is this product's wrapper, or null when it is not.</summary>
    internal static int? WrapperLength(string command, IReadOnlyList<string> arguments) => (ProgramName(command), arguments) switch
    {
        ("gatehouse", ["wrap", ..]) => 1,
        ("gatehouse-wrap", _) => 0,
        ("dotnet", [var program, "wrap", ..])
            when program.Replace('\\', '/').Split('/')[^1].Equals("gatehouse.dll", StringComparison.OrdinalIgnoreCase) => 2,
        _ => null,
    };

    /// <summary>Returns the file name of a program without folder and extension, in lower case.</summary>
    internal static string ProgramName(string command)
    {
        var name = command.Replace('\\', '/').Split('/')[^1].ToLowerInvariant();
        foreach (var extension in (string[])[".exe", ".cmd", ".bat", ".ps1"])
        {
            if (name.EndsWith(extension, StringComparison.Ordinal)) return name[..^extension.Length];
        }

        return Versioned().IsMatch(name) ? "python3" : name;
    }

    /// <summary>Returns the text with each recognized secret replaced by its kind.</summary>
    public static string WithoutSecrets(string text) => SecretDetector.Mask(text);

    private static ServerOrigin Wrapped(IReadOnlyList<string> arguments, Start start)
    {
        var at = arguments.ToList().IndexOf("--");
        return at < 0 || at + 1 >= arguments.Count
            ? new(OriginKind.Unknown, "", null, false) : OfCommand(arguments[at + 1], [.. arguments.Skip(at + 2)], start);
    }

    private static List<string> Behind(IReadOnlyList<string> arguments) =>
        [.. arguments.SkipWhile(argument => argument.StartsWith('-') || argument.StartsWith('/') && argument.Length == 2
            || argument.Contains('=', StringComparison.Ordinal))];

    private static string? Package(IReadOnlyList<string> arguments, string named, string other)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.StartsWith(named + "=", StringComparison.Ordinal)) return argument[(named.Length + 1)..];
            if (argument == named) return i + 1 < arguments.Count ? arguments[i + 1] : null;
            if (argument == other || argument is "--python" or "--registry" or "--index-url" or "--cache" or "-c") i++;
            else if (!argument.StartsWith('-')) return argument;
        }

        return null;
    }

    private static ServerOrigin Npm(string? package)
    {
        if (package is null) return new(OriginKind.Npm, "", null, false);
        if (Fetched().IsMatch(package)) return new(OriginKind.Repository, package, null, Commit().IsMatch(package));
        var at = package.LastIndexOf('@');
        var version = at > 0 ? package[(at + 1)..] : null;
        return new(OriginKind.Npm, at > 0 ? package[..at] : package, version, version is not null && Exact().IsMatch(version));
    }

    private static ServerOrigin PyPi(string? package)
    {
        if (package is null) return new(OriginKind.PyPi, "", null, false);
        if (Fetched().IsMatch(package)) return new(OriginKind.Repository, package, null, Commit().IsMatch(package));
        var match = Requirement().Match(package);
        var version = match.Groups["version"] is { Success: true } found ? found.Value : null;
        return new(OriginKind.PyPi, match.Success ? match.Groups["name"].Value
            : package, version, version is not null && Exact().IsMatch(version) && (match.Groups["mark"].Value is "==" or "===" or "@"));
    }

    private static ServerOrigin NuGet(IReadOnlyList<string> arguments)
    {
        var package = arguments.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "";
        var at = package.IndexOf('@', StringComparison.Ordinal);
        var index = arguments.ToList().IndexOf("--version");
        var version = at > 0 ? package[(at + 1)..] : index >= 0 && index + 1 < arguments.Count ? arguments[index + 1] : null;
        return new(OriginKind.NuGet, at > 0 ? package[..at] : package, version, version is not null && Exact().IsMatch(version));
    }

    private static ServerOrigin Image(IReadOnlyList<string> arguments)
    {
        if (ContainerArguments.ImageOf(arguments) is not { } image) return new(OriginKind.Image, "", null, false);
        var digest = image.IndexOf("@sha256:", StringComparison.Ordinal);
        if (digest > 0) return new(OriginKind.Image, image[..digest], image[(digest + 1)..], true);
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? new(OriginKind.Image, image[..colon], image[(colon + 1)..], false)
            : new(OriginKind.Image, image, null, false);
    }

    private static ServerOrigin Local(string command, string program, IReadOnlyList<string> arguments)
    {
        if (!Interpreters.Contains(program)) return new(OriginKind.Program, command, null, true);
        var script = Script(arguments) is { } at ? arguments[at] : null;
        return script is null ? new(OriginKind.Program, command, null, true)
            : new(OriginKind.Script, SecretDetector.Mask(script.Length > 200 ? script[..200] : script), null, true);
    }

    // How far the start was followed, and the packages of the programs in front.
    private sealed class Start(ICollection<ServerOrigin> runners)
    {
        public ICollection<ServerOrigin> Runners => runners;

        public int Depth { get; set; }
    }

    [GeneratedRegex(@"^python[0-9](?:\.[0-9]+)?\z")]
    private static partial Regex Versioned();

    [GeneratedRegex(@"^v?[0-9]+(?:\.[0-9]+)+(?:[-+.a-z0-9]*)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Exact();

    [GeneratedRegex(@"^(?:git\+|git:|https?:|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#|$)|file:)")]
    private static partial Regex Fetched();

    [GeneratedRegex(@"[@#][0-9a-f]{40}(?:$|[#?&])")]
    private static partial Regex Commit();

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:(?<mark>===?|@|~=|>=?|<=?|!=)\s*(?<version>[^\s,;]+))?")]
    private static partial Regex Requirement();
}
