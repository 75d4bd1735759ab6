using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Forward;

/// <summary>The pages that people visit before a request can be carried out.</summary>
internal interface IVisits
{
    /// <summary>Returns when the person has what the request needs, or after the longest wait. It decides nothing.</summary>
    /// <param name="caller">The person who calls.</param>
    /// <param name="server">The server.</param>
    /// <param name="cancellation">Ends the wait with the exchange.</param>
    ValueTask AwaitAsync(PolicySubject caller, ServerSettings server, CancellationToken cancellation);
}
