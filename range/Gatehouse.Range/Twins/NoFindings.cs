using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range;

/// <summary>A judge of metadata that finds nothing.</summary>
internal static class NoFindings
{
    public static IReadOnlyList<IDefinitionJudge> InPlace(IReadOnlyList<IDefinitionJudge> judges) =>
        [.. judges.Select(judge => judge is MetadataJudge ? new MetadataJudge(new InspectionSettings(), static _ => []) : judge)];
}
