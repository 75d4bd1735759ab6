using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Integrity.Origins;

/// <summary>The source of a server's code, read from a command line: the same for a scan, a lock and an approval.</summary>
public static partial class CommandOrigin
{
    private static readonly string[] Interpreters =
        ["node", "python", "python3", "py", "deno", "bun", "ruby", "perl", "php", "java", "dotnet", "bash", "sh", "zsh", "pwsh", "powershell",
            "tsx", "ts-node"];

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
    internal static ServerOrigin Of(string? command, IReadOnlyList<string> arguments, string? url, string? type)
    {
        if (command is null)
        {
            if (url is null) return new(type is "builtin" or "platform" ? OriginKind.BuiltIn : OriginKind.Unknown, "", null, false);
            return new(OriginKind.Remote, Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.GetLeftPart(UriPartial.Authority)
                .Replace(parsed.UserInfo + "@", "", StringComparison.Ordinal) : "unreadable address", null, false);
        }

        var program = ProgramName(command);
        if (WrapperLength(command, arguments) is not null) return Wrapped(arguments);
        // A shell, cmd /c or env in front runs the command that follows it.
        if (program is "cmd" or "env" or "sudo" or "doas" or "nice" && Behind(arguments) is { Count: > 0 } inner)
            return Of(inner[0], [.. inner.Skip(1)], null, null);
        return program switch
        {
            "npx" or "bunx" or "pnpx" => Npm(Package(arguments, "-p", "--package")),
            "npm" or "pnpm" or "yarn" or "bun" when arguments is ["exec" or "dlx" or "x", ..] =>
                Npm(Package([.. arguments.Skip(1)], "-p", "--package")),
            "uvx" => PyPi(Package(arguments, "--from", "--with")),
            "uv" when arguments is ["tool", "run", ..] => PyPi(Package([.. arguments.Skip(2)], "--from", "--with")),
            "pipx" when arguments is ["run", ..] => PyPi(Package([.. arguments.Skip(1)], "--spec", "--pip-args")),
            "dnx" => NuGet(arguments),
            "docker" or "podman" or "nerdctl" => Image(arguments),
            _ => Local(command, program, arguments),
        };
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

    private static ServerOrigin Wrapped(IReadOnlyList<string> arguments)
    {
        var at = arguments.ToList().IndexOf("--");
        return at < 0 || at + 1 >= arguments.Count
            ? new(OriginKind.Unknown, "", null, false) : Of(arguments[at + 1], [.. arguments.Skip(at + 2)], null, null);
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
        var script = arguments.FirstOrDefault(argument => !argument.StartsWith('-') && argument is not "run");
        return script is null ? new(OriginKind.Program, command, null, true)
            : new(OriginKind.Script, SecretDetector.Mask(script.Length > 200 ? script[..200] : script), null, true);
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
