using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Checks;

/// <summary>The checks of the command that starts a server (rows G06 and G08 of the specification list).</summary>
internal static partial class CommandChecks
{
    private static readonly string[] Shells = ["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "cmd", "powershell", "pwsh"];

    private static readonly string[] Elevators = ["sudo", "doas", "pkexec", "su", "runas", "gsudo"];

    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        if (server.Command is not { } command) yield break;
        var program = CommandOrigin.ProgramName(command);
        var arguments = server.Arguments.Select(argument => argument.Text).ToList();
        var start = FindingEvidence.OfStart(server);
        var whole = string.Join(' ', arguments.Prepend(command));
        if (Elevators.Contains(program) || Elevation().IsMatch(whole))
            yield return server.About(FindingRules.Elevated, Confidence.High, $"it starts through {program}", evidence: start);
        if (server.IsOneText)
            yield return server.About(FindingRules.OneText, Confidence.High, $"'command' holds {Counted.Of(arguments.Count, "argument")} too",
                evidence: start);
        if (server.NeedsShell)
            yield return server.About(FindingRules.ShellWrapper, Confidence.High, "the command line has operators of a shell", evidence: start);
        if (Piped().IsMatch(whole))
            yield return server.About(FindingRules.PipedScript, Confidence.High, "a download is piped into an interpreter", evidence: start);
        if (Encoded().IsMatch(whole)) yield return server.About(FindingRules.InlineCode, Confidence.High, "it runs an encoded command",
                evidence: $"encoded {start}");
        if (IsShell(program, arguments))
            yield return server.About(FindingRules.ShellWrapper, Confidence.High, $"{program} reads the command", evidence: start);
        else if (IsInline(program, arguments))
            yield return server.About(FindingRules.InlineCode, Confidence.High, $"{program} runs code from its arguments", evidence: start);
        if (Deletes().IsMatch(whole))
            yield return server.About(FindingRules.Destructive, Confidence.Medium, "the command line deletes, formats or opens rights", evidence: start);
        if (StaysOrOpens().IsMatch(whole))
            yield return server.About(FindingRules.Foothold, Confidence.Medium,
                "the command line opens a shell to another machine, starts itself again later, or removes traces", evidence: start);
        foreach (var argument in server.Arguments.Where(argument => Sensitive().IsMatch(argument.Text.Trim())))
            yield return server.About(FindingRules.WidePath, Confidence.High, $"argument {SecretDetector.Mask(argument.Text)}", argument.Place,
                SecretDetector.Mask(argument.Text));
    }

    private static bool IsShell(string program, List<string> arguments) => Shells.Contains(program)
        && arguments.Any(argument => argument is "-c" or "-lc" or "-ic" or "-lic" or "/c" or "/C" or "/k"
        || argument.Equals("-command", StringComparison.OrdinalIgnoreCase))
        // Windows starts npx and its like through cmd, and only in that form are they documented.
        && !(program == "cmd" && arguments is [_, "npx" or "npm" or "uvx" or "bunx" or "node" or "python", ..]);

    private static bool IsInline(string program, List<string> arguments) => program switch
    {
        "node" or "bun" or "deno" or "tsx" => arguments.Any(argument => argument is "-e" or "--eval" or "-p" or "--print" or "eval"),
        "python" or "python3" or "py" or "uv" => arguments.Contains("-c"),
        "perl" or "ruby" => arguments.Any(argument => argument is "-e" or "-E"),
        "php" => arguments.Contains("-r"),
        _ => false,
    };

    [GeneratedRegex(@"(?:^|[;&|]\s*|-l?c\s+)(?:sudo|doas|pkexec)\s", RegexOptions.CultureInvariant)]
    private static partial Regex Elevation();

    [GeneratedRegex(@"(?:\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|fetch)\b[^|;]{0,500}\|\s*(?:sudo\s+)?(?:ba|z|da|k|fi)?sh\b|\b(?:curl|wget)\b[^|;]{0,500}\|\s*(?:sudo\s+)?(?:python[0-9.]*|node|perl|ruby)\b|\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b.{0,500}(?:\biex\b|invoke-expression)|\b(?:iex|invoke-expression)\b.{0,200}(?:downloadstring|iwr|irm)|<\(\s*(?:curl|wget)|\$\(\s*(?:curl|wget)|`\s*(?:curl|wget))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Piped();

    [GeneratedRegex(@"\s-(?:e|ec|enc|encodedcommand)\s+[A-Za-z0-9+/]{24,}|\bbase64\s+(?:-d|--decode|-D)\b[^|]{0,200}\|\s*(?:ba|z)?sh\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Encoded();

    [GeneratedRegex(@"\brm\s+-[a-z]*(?:r[a-z]*f|f[a-z]*r)|\bmkfs\b|\bdd\s+if=|\bchmod\s+(?:-R\s+)?(?:0?777|a\+w)|\bdel\s+/[sq]|\bformat\s+[a-z]:|\bRemove-Item\b.{0,80}-Recurse|\bshred\b|>\s*/dev/sd|\bcrontab\b|/etc/(?:passwd|shadow|sudoers)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Deletes();

    // Reverse shells, shell profiles, services and timers, programs that outlive their parent, histories and logs that are removed, history of a
    // repository that is rewritten.
    [GeneratedRegex(@"/dev/(?:tcp|udp)/|\bnc(?:at)?\b[^|;]{0,80}\s-[a-z]*e\b|\bbash\s+-i\b[^|;]{0,40}>&|>>?\s*(?:~|\$HOME)/\.(?:bashrc|bash_profile|profile|zshrc|zprofile|config/(?:autostart|systemd))|\bsystemctl\s+(?:--user\s+)?(?:enable|link)\b|\blaunchctl\s+(?:load|bootstrap)\b|\bschtasks\b.{0,80}/create|\breg(?:\.exe)?\s+add\b.{0,120}\\Run\b|(?:^|[;&|]\s*|-l?c\s+)(?:nohup|setsid|disown)\s|\bhistory\s+-c\b|\brm\b[^|;]{0,40}(?:\.bash_history|/var/log)|\btruncate\b[^|;]{0,40}/var/log|\bgit\s+(?:push\s+(?:-f\b|--force)|reset\s+--hard|clean\s+-[a-z]*[fd])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StaysOrOpens();

    /// <summary>Returns whether a line of text pipes a download into an interpreter.</summary>
    internal static bool PipesADownload(string line) => Piped().IsMatch(line);

    [GeneratedRegex(@"^(?:/|~/?|[A-Za-z]:[\\/]?|/(?:home|Users|root)/?|/(?:home|Users)/[^/]+/?|[A-Za-z]:[\\/]Users(?:[\\/][^\\/]+)?[\\/]?|\$\{?HOME\}?/?|\$\{userHome\}/?|%USERPROFILE%[\\/]?|.*[/\\]\.(?:ssh|aws|gnupg|kube|docker|azure|config)[/\\]?|/etc/?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sensitive();
}
