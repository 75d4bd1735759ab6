using Gatehouse.Administration;
using Gatehouse.Audit;
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
        ErasureNotBegunException notBegun => new ActionRefusal(notBegun.Message, notBegun.Remedy),
        AuditUnavailableException or AuditVersionException or DirectoryNotFoundException => ActionRefusal.LogFailed(e.Message),
        _ => null,
    };
}
