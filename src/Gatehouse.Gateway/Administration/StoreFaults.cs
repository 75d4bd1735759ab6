using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Refusals for exceptions of what administration works over.</summary>
internal static class StoreFaults
{
    public static ActionRefusal? RefusalOf(Exception e) => e switch
    {
        StoreException => ActionRefusal.StoreFailed(e.Message),
        ErasureNotBegunException notBegun => ActionRefusal.ErasureNotBegun(notBegun.Message, notBegun.Remedy),
        DestroyedKeysFullException full => ActionRefusal.ErasureNotBegun(full.Message, DestroyedKeysFullException.Remedy),
        AuditUnavailableException or AuditVersionException or DirectoryNotFoundException => ActionRefusal.LogFailed(e.Message),
        _ => null,
    };
}
