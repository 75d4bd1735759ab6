using System.Reflection;
using System.Runtime.InteropServices;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Identity.Revocations;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;
using Gatehouse.Ipc;
using Gatehouse.Onboarding;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;
using Gatehouse.Protocol;
using Gatehouse.Settings;
using Gatehouse.Storage;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Facts about this build. Each format version is the constant that the reader and writer of the format use, so that no second
/// place can disagree.
/// </summary>
internal static class BuildFacts
{
    /// <summary>The commit of a build without a repository, such as one from a source archive.</summary>
    public const string UnknownCommit = "unknown";

    /// <summary>The version of the product.</summary>
    public static string Version => typeof(BuildFacts).Assembly.GetName().Version!.ToString(3);

    /// <summary>The commit that the command was built from, or <see cref="UnknownCommit"/>.</summary>
    public static string Commit { get; } = typeof(BuildFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(static one => one.Key == "Commit")?.Value is { Length: > 0 } commit ? commit : UnknownCommit;

    /// <summary>The .NET runtime that runs this process.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>The system and processor that the runtime was built for, such as "linux-x64".</summary>
    public static string Platform => RuntimeInformation.RuntimeIdentifier;

    /// <summary>The revisions of the protocol, by era, oldest first.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Protocol => new Dictionary<string, IReadOnlyList<string>>
    {
        ["modern"] = [.. ProtocolRevision.Modern.Select(static revision => revision.Text)],
        ["legacy"] = [.. ProtocolRevision.Legacy.Select(static revision => revision.Text)],
    };

    /// <summary>The version that this build writes of each format.</summary>
    public static IReadOnlyDictionary<string, int> Formats => new Dictionary<string, int>
    {
        ["configuration"] = GatewaySettings.FormatVersion,
        ["policy"] = PolicyFile.FormatVersion,
        ["policyCases"] = PolicyCaseFile.FormatVersion,
        ["auditEvent"] = AuditEntry.ModelVersion,
        ["lock"] = LockFile.FormatVersion,
        ["ledger"] = LedgerFormat.Version,
        ["store"] = Store.SchemaVersion,
        ["auditIndex"] = AuditIndex.FormatVersion,
        ["keyRing"] = KeyRing.FormatVersion,
        ["revocations"] = RevocationFile.Version,
        ["control"] = ControlReply.FormatVersion,
        ["wrapper"] = FrameFormat.Version,
        ["scan"] = ScanReport.FormatVersion,
        ["json"] = JsonOutput.FormatVersion,
    };
}
