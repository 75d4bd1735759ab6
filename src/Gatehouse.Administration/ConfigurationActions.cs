using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>
/// Lists the changes of the configuration, from the audit log. It says nothing about persons: who changed the configuration is read with a search of
/// the log for <c>configuration.applied</c>, which needs the right to read and leaves an entry.
/// </summary>
/// <param name="Limit">The most changes, 1 to <see cref="ConfigurationActs.MostChanges"/>.</param>
internal sealed record ListConfigurations(int Limit = ConfigurationActs.UsualChanges) : AdministrativeAction<ConfigurationHistory>
{
    internal override string Name => "config.history";

    internal override ActRow Row => ConfigurationRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Configurations is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Limit is < 1 or > ConfigurationActs.MostChanges ? ActionRefusal.NoLimit : null;

    protected override async Task<ActionOutcome<ConfigurationHistory>> RunAsync(AdministrationParts parts, Administrator by) =>
        new ConfigurationHistory(await parts.Configurations!.ListAsync(Limit).ConfigureAwait(false));
}

/// <summary>Puts a configuration in force again that was in force before.</summary>
/// <param name="Digest">Its digest, or the beginning of it.</param>
/// <param name="Reason">The reason, in the administrator's words.</param>
/// <param name="Force">True replaces files that were changed, and files under version control.</param>
internal sealed record RollBackConfiguration(string Digest = "", string Reason = "", bool Force = false)
    : AdministrativeAction<ConfigurationRolledBack>
{
    private const int LongestReason = 1024;

    internal override string Name => "config.rollback";

    internal override ActRow Row => ConfigurationRows.RollBack;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(), KeyValuePair.Create("target", Shown(Digest)), StatedReason(Reason)];

    public override bool IsOffered(AdministrationParts parts) => parts.Configurations is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!ConfigurationActs.IsBeginning(Digest)) return ActionRefusal.NoConfigurationNamed;
        return string.IsNullOrWhiteSpace(Reason) || Reason.Length > LongestReason ? ActionRefusal.NoReason : null;
    }

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result)
    {
        var done = (ConfigurationRolledBack)result;
        return
        [
            KeyValuePair.Create("digest", done.Digest), Count("files", done.Files.Count),
            KeyValuePair.Create("generation", done.Generation.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    public override Task<ActionRefusal?> ImpossibleAsync(AdministrationParts parts, Administrator by) => parts.Configurations!.MissingAsync(Digest);

    protected override async Task<ActionOutcome<ConfigurationRolledBack>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var outcome = await parts.Configurations!.RollBackAsync(Digest, Force, by).ConfigureAwait(false);
        return outcome.Result is { } back ? back with { Warnings = parts.Lifecycle.Warnings } : outcome;
    }

    // The fact is in clear, so it never holds words of the asking program.
    private static string Shown(string digest) => ConfigurationActs.IsBeginning(digest) ? digest : "";
}

/// <summary>The changes of the configuration.</summary>
/// <param name="Changes">The changes, newest first.</param>
internal sealed record ConfigurationHistory(IReadOnlyList<ConfigurationView> Changes) : ActResult;

/// <summary>An earlier configuration is in force again.</summary>
/// <param name="Digest">The digest of the configuration in force. Values of flags and variables are those of the process, so it may be new.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Files">The paths of the files that were written.</param>
/// <param name="Replaced">The digest under which changed files were kept; null where none was changed.</param>
internal sealed record ConfigurationRolledBack(string Digest, long Generation, IReadOnlyList<string> Files, string? Replaced)
    : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"configuration {Digest[..12]} is in force as generation {Generation}; {Counted.Of(Files.Count, "file")} written")
            + (Replaced is { } digest ? $"; the changed files are kept as {digest[..12]}" : "");

    /// <inheritdoc />
    internal override IReadOnlyList<string> Remarks => Warnings;

    /// <summary>Warnings about the configuration in force.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value ?? []; } = [];
}

/// <summary>The common parts of acts about configurations.</summary>
internal static class ConfigurationActs
{
    /// <summary>The most changes of one list.</summary>
    public const int MostChanges = 1000;

    /// <summary>The changes of one list, where no number is given.</summary>
    public const int UsualChanges = 50;

    /// <summary>The fewest characters that name a configuration.</summary>
    public const int ShortestDigest = 8;

    private const int DigestLength = 64;

    /// <summary>Returns whether a text is a digest or the beginning of one.</summary>
    public static bool IsBeginning(string text) => text.Length is >= ShortestDigest and <= DigestLength && text.All(char.IsAsciiHexDigitLower);
}
