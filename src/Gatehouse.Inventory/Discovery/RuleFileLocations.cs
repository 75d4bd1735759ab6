using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory.Discovery;

/// <summary>Rule and skill files that agents read by themselves.</summary>
internal static class RuleFileLocations
{
    /// <summary>Most files of one folder.</summary>
    public const int MostFiles = 500;

    private static readonly string[] Single =
    [
        "AGENTS.md", "AGENT.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", "SKILL.md", ".cursorrules", ".windsurfrules", ".clinerules", ".rules",
        ".goosehints",
        ".github/copilot-instructions.md", ".junie/guidelines.md", ".aider.conf.yml",
    ];

    private static readonly (string Folder, string Form)[] Many =
    [
        (".cursor/rules", "*.md*"), (".windsurf/rules", "*.md"), (".clinerules", "*.md"), (".continue/rules", "*.md"), (".claude/agents", "*.md"),
        (".claude/commands", "*.md"),
        (".claude/skills", "SKILL.md"), (".github/instructions", "*.md"), (".github/prompts", "*.md"), (".github/chatmodes", "*.md"),
        (".github/agents", "*.md"), (".roo/rules", "*.md"), (".agents/skills", "SKILL.md"),
    ];

    private static readonly (string Folder, string Form)[] Home =
    [
        (".claude", "CLAUDE.md"), (".claude/agents", "*.md"), (".claude/commands", "*.md"), (".claude/skills", "SKILL.md"), (".codex", "AGENTS.md"),
        (".codex/skills", "SKILL.md"),
        (".gemini", "GEMINI.md"), (".codeium/windsurf/memories", "*.md"), (".cursor/rules", "*.md*"), (".copilot", "copilot-instructions.md"),
        (".cline/rules", "*.md"), (".cline/skills", "SKILL.md"),
        (".continue/rules", "*.md"), (".config/goose", ".goosehints"),
    ];

    public static IEnumerable<string> InFolder(string folder) =>
        Single.Select(name => Path.Join(folder, name)).Where(File.Exists)
            .Concat(Many.SelectMany(many => Search(Path.Join(folder, many.Folder), many.Form)));

    public static IEnumerable<string> OnMachine(Machine machine) => Home.SelectMany(many => Search(Path.Join(machine.Home, many.Folder), many.Form));

    private static IEnumerable<string> Search(string folder, string form)
    {
        if (!Directory.Exists(folder)) return [];
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = form == "SKILL.md",
            MaxRecursionDepth = 3,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.None,
            MatchCasing = MatchCasing.CaseInsensitive
        };
        return Directory.EnumerateFiles(folder, form, options).Take(MostFiles).Order(StringComparer.Ordinal);
    }
}
