using System.Text;
using Gatehouse.Configuration.Keys;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>The table as the page <c>docs/reference/configuration.md</c>.</summary>
public static class ConfigurationReference
{
    private const string Opening =
        """
        # Configuration reference

        Made from the table of keys in `src/Gatehouse.Configuration/Keys/ConfigurationKeys.cs`; a test keeps it so.
        The first line of a file is `version: 1`. `gatehouse config check` names every fault with line and remedy,
        `gatehouse config show` prints each value in force with its source, `gatehouse config schema` prints a JSON Schema
        for editors. A file with every key is `tests/compat/config/v1/everything.yaml`.

        ## Where the file is

        `--config FILE`, or else one place per system; nothing is read from the working folder unless named.

        | system | place |
        |---|---|
        | started by systemd with `ConfigurationDirectory=` | `$CONFIGURATION_DIRECTORY/gatehouse.yaml` |
        | root | `/etc/gatehouse/gatehouse.yaml` |
        | Linux, other accounts | `$XDG_CONFIG_HOME/gatehouse/gatehouse.yaml`, or `~/.config/gatehouse/gatehouse.yaml` |
        | macOS, other accounts | `~/Library/Application Support/gatehouse/gatehouse.yaml` |
        | Windows, elevated | `%ProgramData%\gatehouse\gatehouse.yaml` |
        | Windows | `%LOCALAPPDATA%\gatehouse\gatehouse.yaml` |

        A file that the group or others may write is refused, and so is one in such a folder, except with the sticky bit.

        ## How values are written

        The file is YAML without anchors, aliases, tags, merge keys and further documents. A value stands on one line. A key
        that is unknown or appears twice is a fault. The key decides the type of its value: `no` is a string where a string belongs and a
        fault where `true` or `false` belongs.

        | kind | written |
        |---|---|
        | time | `500ms`, `10s`, `5m`, `24h` |
        | size | `4096`, `64KiB`, `4MiB`, `16GiB` |
        | path | from the root of the file system |
        | secret | `vault:NAME`, `keyvault:VAULT/NAME`, `env:NAME` or `file:/path`; never the secret itself. `gatehouse secret set NAME` stores the value of `vault:NAME` |
        | list | `[one, another]` or a line each with `- ` |

        ## Keys

        """;

    /// <summary>The page, ending with a line break.</summary>
    public static string Render()
    {
        var page = new StringBuilder(Opening.ReplaceLineEndings("\n")).Append('\n');
        AppendTable(page, "The whole file", ConfigurationKeys.All.Where(key => !key.Path.Contains('.', StringComparison.Ordinal) && !key.IsSection));
        foreach (var section in ConfigurationKeys.All.Where(key => key.IsSection && !key.Path.Contains('.', StringComparison.Ordinal)))
            AppendSection(page, section);
        AppendOverrides(page);
        return page.ToString();
    }

    private static void AppendSection(StringBuilder page, ConfigurationKey section)
    {
        var keys = ConfigurationKeys.All.Where(key => key.Path.Split('.', '[')[0] == section.Path && key != section);
        AppendTable(page, $"`{section.Path}`", keys, Sentence(section));
    }

    private static void AppendTable(StringBuilder page, string title, IEnumerable<ConfigurationKey> keys, string? introduction = null)
    {
        page.Append("### ").Append(title).Append("\n\n");
        if (introduction is not null) page.Append(introduction).Append("\n\n");
        page.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in keys)
            page.Append("| `").Append(key.Path).Append("` | ").Append(Kind(key)).Append(" | ").Append(Default(key)).Append(" | ")
                .Append(Sentence(key)).Append(" |\n");
        page.Append('\n');
    }

    private static void AppendOverrides(StringBuilder page)
    {
        page.Append("## Variables and flags\n\nA variable stands for the file's value, a flag for both. There are no others.\n\n");
        page.Append("| key | variable | flag |\n|---|---|---|\n");
        foreach (var key in ConfigurationKeys.All.Where(key => key.Variable is not null || key.Flag is not null))
            page.Append("| `").Append(key.Path).Append("` | ").Append(Code(key.Variable)).Append(" | ").Append(Code(key.Flag)).Append(" |\n");
    }

    private static string Sentence(ConfigurationKey key)
    {
        var text = new StringBuilder(key.Description);
        if (key.OnlyWith is not null) text.Append(" Only with `").Append(key.OnlyWith).Append("`.");
        if (key.OneOf.Count > 0) text.Append(" Each has exactly one of ").Append(Codes(key.OneOf)).Append('.');
        if (key.AnyOf.Count > 0) text.Append(" At least one of ").Append(Codes(key.AnyOf)).Append('.');
        if (key.NeedsRestart) text.Append(" Another value needs a restart.");
        return text.ToString();
    }

    private static string Kind(ConfigurationKey key) => key.Kind switch
    {
        _ when key.Allowed.Count > 0 => (key.Kind == KeyKind.TextList ? "list of " : "") + Codes(key.Allowed),
        KeyKind.Section => "keys",
        KeyKind.SectionList => "list of keys",
        KeyKind.Rules => "list of rules",
        KeyKind.NamedSections => "names with keys",
        KeyKind.Url => "URL",
        KeyKind.Place => "path",
        KeyKind.Switch => "`true` or `false`",
        KeyKind.Number or KeyKind.Size or KeyKind.Duration => $"{Word(key.Kind)}, `{key.Minimum}` to `{key.Maximum}`",
        KeyKind.Rate => "rate",
        KeyKind.Secret => "secret",
        KeyKind.TextList => "list",
        KeyKind.TextMap => "names with texts",
        KeyKind.SecretMap => "names with secrets",
        KeyKind.TextListMap => "names with lists",
        _ => "text",
    };

    private static string Word(KeyKind kind) => kind switch { KeyKind.Number => "number", KeyKind.Size => "size", _ => "time" };

    private static string Default(ConfigurationKey key) => key switch
    {
        { Required: true } => "**required**",
        { Derived: { } derived } => derived,
        { Default: "" } => "empty",
        { Default: "[]" or "{}" } => "none",
        { Default: { } text } => $"`{text.Trim('[', ']')}`",
        _ => "",
    };

    private static string Codes(IEnumerable<string> texts) => string.Join(", ", texts.Select(text => $"`{text}`"));

    private static string Code(string? text) => text is null ? "" : $"`{text}`";
}
