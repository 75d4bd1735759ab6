using Gatehouse.Administration;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Refusals for exceptions of what administration works over.</summary>
internal static class StoreFaults
{
    public static ActionRefusal? RefusalOf(Exception e) => e is StoreException ? ActionRefusal.StoreFailed(e.Message) : null;
}
