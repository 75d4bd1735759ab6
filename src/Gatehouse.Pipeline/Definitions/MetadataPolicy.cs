using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The policy on findings of inspection in a definition (TP-01). With a hard finding no caller sees the definition. With soft ones it is visible and
/// each use records them, or it is withheld if the configuration says so. Findings are cached by digest, so that a repeated list costs nothing.
/// </summary>
/// <param name="settings">The handling of findings.</param>
/// <param name="inspect">The inspection.</param>
/// <param name="report">Receives, once, each suppression that has expired or that matches no definition of its server.</param>
public sealed class MetadataPolicy(InspectionSettings settings, Func<ServerDefinition, IReadOnlyList<DefinitionFinding>> inspect,
    Action<FindingSuppression, bool>? report = null) : IDefinitionPolicy
{
    /// <summary>Most digests whose findings are cached. Beyond it, all are dropped.</summary>
    public const int MostKept = 20_000;

    // An event names the worst findings. A definition with more is withheld anyway, or read by a person.
    private const int MostNotes = 4;

    private readonly ConcurrentDictionary<(DefinitionKind Kind, string Digest), IReadOnlyList<DefinitionFinding>> kept = new();
    private readonly ConcurrentDictionary<FindingSuppression, bool> reported = new();

    /// <inheritdoc />
    public string Name => "metadata";

    /// <inheritdoc />
    public void Observe(ServerSettings server, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions, in DefinitionObservation sight)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(definitions);
        var about = settings.Suppressions.All.Where(one => one.Server == server.Name && one.Kind == kind).ToList();
        if (about.Count == 0 || report is null) return;
        var use = new FindingSuppressions(about).Begin(sight.At);
        foreach (var definition in definitions.Where(one => about.Exists(suppression => suppression.Definition == FindingSuppression.NameOf(one))))
            use.Kept(server.Name, definition, Findings(definition, DefinitionDigest.Of(definition)));
        foreach (var (suppression, isExpired) in use.Left())
        {
            if (reported.TryAdd(suppression, isExpired)) report(suppression, isExpired);
        }
    }

    /// <inheritdoc />
    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
    {
        var use = settings.Suppressions.Begin(question.At);
        var findings = use.Kept(question.Server.Name, question.Definition, Findings(question.Definition, question.Digest));
        var until = use.NextEnd(question.Server.Name);
        if (findings.Count == 0) return until == DateTimeOffset.MaxValue ? DefinitionVerdict.Visible : new DefinitionVerdict { Until = until };
        var isHard = findings.Any(finding => finding.IsHard);
        return new DefinitionVerdict
        {
            Withheld = isHard ? WithheldReasons.HardFinding : settings.WithholdsSoft ? WithheldReasons.SoftFinding : null,
            Until = until,
            Notes = [.. findings.DistinctBy(finding => finding.Rule).Take(MostNotes).Select(Note)],
        };
    }

    private IReadOnlyList<DefinitionFinding> Findings(ServerDefinition definition, string digest)
    {
        var key = (definition.Kind, digest);
        if (kept.TryGetValue(key, out var known)) return known;
        var found = inspect(definition);
        if (kept.Count >= MostKept) kept.Clear();
        return kept[key] = found;
    }

    // Never text of the definition: the kind, the place in it, and the confidence.
    private static AuditPart Note(DefinitionFinding finding) => new(
        AuditPartKind.Detection, finding.IsHard ? AuditOutcome.Block : AuditOutcome.Ask, "metadata-" + finding.Rule.Id.ToLowerInvariant(),
        string.Create(CultureInfo.InvariantCulture,
            $"{DefinitionKinds.Text(finding.Kind)}, bytes {finding.Span.Start} to {finding.Span.End}, confidence {finding.Confidence.ToString().ToLowerInvariant()}"));
}
