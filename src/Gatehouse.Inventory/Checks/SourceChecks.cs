using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>The checks of the source of a server's code, and of the name that it uses.</summary>
internal static class SourceChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server) => server.Runners.Append(server.Source).SelectMany(source => Of(server, source));

    private static IEnumerable<Finding> Of(ServerEntry server, ServerOrigin source)
    {
        if (source.Kind is OriginKind.Npm or OriginKind.PyPi or OriginKind.NuGet or OriginKind.Image && source.Name.Length > 0)
        {
            if (!source.IsPinned) yield return server.About(FindingRules.FloatingVersion, Confidence.High, Floating(source), evidence: source.Name);
            if (KnownServers.ResembledBy(source) is { } known)
                yield return server.About(FindingRules.LookAlike, Confidence.Medium, $"{source.Name} resembles {known}", evidence: source.Name);
        }
        else if (source.Kind == OriginKind.Repository && !source.IsPinned)
        {
            yield return server.About(FindingRules.FetchedCode, Confidence.High, $"it runs {SecretDetector.Mask(source.Name)}",
                evidence: SecretDetector.Mask(source.Name));
        }
    }

    private static string Floating(ServerOrigin source) => source.Version is null
        ? $"{source.Name} has no version"
        : source.Kind == OriginKind.Image
        ? $"{source.Name}:{source.Version} is a tag, which can change, unlike a digest" : $"{source.Name} {source.Version} is not one version";
}
