using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Listing;

/// <summary>Inspects every definition of listed servers (rows E09 to E11, H17, H20 to H24), and across the servers of one client.</summary>
/// <param name="suppressions">Findings that a person examined and accepted.</param>
/// <param name="time">The clock, for suppressions that end.</param>
public sealed class DefinitionInspector(FindingSuppressions suppressions, TimeProvider time) : IToolInspector
{
    // The shown part of a text. The place gives the rest.
    private const int LongestExcerpt = 160;

    /// <inheritdoc />
    public IEnumerable<Finding> Inspect(IReadOnlyList<ListedServer> listed)
    {
        ArgumentNullException.ThrowIfNull(listed);
        var use = suppressions.Begin(time.GetUtcNow());
        var found = new List<Finding>();
        foreach (var server in listed)
        {
            foreach (var definition in server.Definitions)
                found.AddRange(use.Kept(server.Server.Name, definition, MetadataInspector.Inspect(definition))
                    .Select(finding => Told(server, definition, finding)));
        }

        foreach (var client in listed.GroupBy(server => server.Server.Client, StringComparer.Ordinal))
            found.AddRange(Across([.. client], use));
        foreach (var (suppression, isExpired) in use.Left())
            found.Add(About(suppression, isExpired));
        return found.Distinct();
    }

    private static IEnumerable<Finding> Across(IReadOnlyList<ListedServer> servers, SuppressionUse use)
    {
        var named = servers.Select(server => new NamedServer(server.Server.Name, server.Definitions)).ToList();
        foreach (var (server, finding) in AcrossInspector.Inspect(named))
        {
            var listed = servers[named.IndexOf(server)];
            var definition = listed.Definitions.First(one => one.Kind == finding.Kind && one.Name == finding.Name);
            foreach (var kept in use.Kept(server.Name, definition, [finding])) yield return Told(listed, definition, kept);
        }
    }

    private static Finding Told(ListedServer listed, ServerDefinition definition, DefinitionFinding finding)
    {
        var what = finding.Name.Length > 0 ? $"{DefinitionKinds.Text(finding.Kind)} {finding.Name}" : DefinitionKinds.Text(finding.Kind);
        var place = finding.Pointer.Length > 0 ? $", {finding.Pointer}" : "";
        var excerpt = Excerpt(definition, finding);
        var message = $"{what}{place}: {finding.Message}{excerpt}";
        return listed.Server.About(finding.Rule, finding.Confidence, message, evidence: Evidence(definition, finding)) with
        {
            Text = new FoundText(DefinitionKinds.Text(finding.Kind), finding.Name, finding.Pointer, finding.Span.Start - definition.Range.Start,
                finding.Span.Length),
        };
    }

    // A secret is never shown, neither as the finding nor next to it.
    private static string Excerpt(ServerDefinition definition, DefinitionFinding finding)
    {
        if (finding.Rule == DetectionRules.Secret || finding.Rule == DetectionRules.Oversized || finding.Span.Length == 0) return "";
        var bytes = finding.Span.Of(definition.Bytes.Span);
        var text = SecretDetector.Mask(Encoding.UTF8.GetString(bytes.Length > 4 * LongestExcerpt ? bytes[..(4 * LongestExcerpt)] : bytes));
        if (text is ['"', .., '"']) text = text[1..^1]; // a JSON string brings its own quotation marks
        return text.Length <= LongestExcerpt
            ? $": \"{text}\"" : string.Create(CultureInfo.InvariantCulture, $": \"{text[..LongestExcerpt]}\" and {Counted.Of(finding.Span.Length, "byte")} in total");
    }

    // The whole text: its excerpt would hide a change behind the part that is shown. A secret has its place only.
    private static string Evidence(ServerDefinition definition, DefinitionFinding finding) =>
        finding.Rule == DetectionRules.Secret || finding.Span.Length == 0
            ? "" : FindingEvidence.OfText(Encoding.UTF8.GetString(finding.Span.Of(definition.Bytes.Span)));

    private static Finding About(FindingSuppression suppression, bool isExpired) => new(
        isExpired ? DetectionRules.SuppressionExpired : DetectionRules.SuppressionUnused, Confidence.High,
        $"{suppression.Id} of {suppression.Server}, {suppression.Definition}{(isExpired ? SuppressionEnd.Until(suppression.Expires) : "")}",
        new SourceLocation(suppression.File, suppression.Line), suppression.Server, null)
    { Evidence = $"{suppression.Id} {suppression.Definition}" };
}
