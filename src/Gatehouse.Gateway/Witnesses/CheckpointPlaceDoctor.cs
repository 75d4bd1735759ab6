using System.Net;
using System.Net.Sockets;
using Gatehouse.Configuration;
using Gatehouse.Files;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>
/// The check of witnesses and outside places before the first checkpoint is sent: folders that are missing or take no file, and addresses that the
/// SSRF guard refuses. It sends nothing and writes nothing. A place that is only down has no fault here, and stops no gateway.
/// </summary>
public static class CheckpointPlaceDoctor
{
    /// <summary>Returns the warnings that need no network.</summary>
    /// <param name="settings">The configuration of the log.</param>
    public static IEnumerable<ConfigurationWarning> Warnings(AuditSettings settings) =>
        Look(settings).Where(report => report.Fault is not null)
            .Select(report => new ConfigurationWarning(
                report.Path, $"{report.Fault}, so no checkpoint of the audit log reaches {report.Name}", report.Remedy!));

    /// <summary>Returns a report on each place, and resolves the names of hosts.</summary>
    /// <param name="settings">The configuration of the log.</param>
    /// <param name="cancellation">Ends the check.</param>
    public static Task<IReadOnlyList<CheckpointPlaceReport>> ExamineAsync(AuditSettings settings, CancellationToken cancellation) =>
        ExamineAsync(settings, new SystemNameResolver(), cancellation);

    /// <summary>The same, with a resolver of a test.</summary>
    internal static async Task<IReadOnlyList<CheckpointPlaceReport>> ExamineAsync(
        AuditSettings settings, INameResolver resolver, CancellationToken cancellation)
    {
        var reports = new List<CheckpointPlaceReport>();
        foreach (var report in Look(settings))
        {
            var isName = Uri.TryCreate(report.Target, UriKind.Absolute, out var url) && url.HostNameType == UriHostNameType.Dns;
            reports.Add(isName && report.Fault is null
                ? await ResolvedAsync(report, url!.Host, resolver, cancellation).ConfigureAwait(false) : report);
        }

        return reports;
    }

    private static IEnumerable<CheckpointPlaceReport> Look(AuditSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (at, witness) in settings.Witnesses.Index()) yield return OfUrl($"audit.witnesses[{at}].url", $"witness.{witness.Name}", witness.Url);
        foreach (var (at, place) in settings.Checkpoints.Index())
        {
            var name = $"checkpoints.{place.Name}";
            yield return place.Folder is { } folder ? OfFolder($"audit.checkpoints[{at}].folder", name, folder)
                : OfUrl($"audit.checkpoints[{at}].url", name, place.Url!);
        }
    }

    private static CheckpointPlaceReport OfFolder(string path, string name, string folder)
    {
        var report = new CheckpointPlaceReport(path, name, folder);
        if (File.Exists(folder)) return report with { Fault = $"{folder} is a file", Remedy = "name a folder" };
        if (!Directory.Exists(folder))
            return report with { Fault = $"the folder {folder} is not there, or this account may not see it", Remedy = "make the folder or mount its volume, and let the account of the gateway add files; the gateway does not make it" };
        return FileRights.MayAddTo(folder) ? report
            : report with { Fault = $"this account may not add files to {folder}", Remedy = "let the account of the gateway add files, and check that the volume is not read-only" };
    }

    private static CheckpointPlaceReport OfUrl(string path, string name, Uri url)
    {
        var report = new CheckpointPlaceReport(path, name, url.AbsoluteUri);
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !AddressRules.Allows(address, DestinationTrust.Configured)
            ? Refused(report, url.Host) : report;
    }

    private static async Task<CheckpointPlaceReport> ResolvedAsync(
        CheckpointPlaceReport report, string host, INameResolver resolver, CancellationToken cancellation)
    {
        try
        {
            var addresses = await resolver.ResolveAsync(host, cancellation).ConfigureAwait(false);
            return addresses.Any(address => AddressRules.Allows(address, DestinationTrust.Configured)) ? report : Refused(report, host);
        }
        catch (SocketException)
        {
            return report with { Fault = $"the name {host} has no address now", Remedy = "check the name and the resolver of this machine; the gateway tries again by itself" };
        }
    }

    private static CheckpointPlaceReport Refused(CheckpointPlaceReport report, string host) => report with
    {
        Fault = $"the SSRF guard refuses every address of {host}: it is link-local or a metadata service",
        Remedy = "use a place with another address",
    };
}
