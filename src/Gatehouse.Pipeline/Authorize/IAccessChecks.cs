using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// Checks of rights that another system gives, such as assignments of Entra PIM. They run before the policy decides, because a decision reads memory.
/// </summary>
public interface IAccessChecks
{
    /// <summary>
    /// Makes sure that the rights which could matter to this exchange were checked recently. A right that cannot be checked does not count: the
    /// method does not throw for it, and the policy decides without the right.
    /// </summary>
    /// <param name="exchange">The exchange, with its caller.</param>
    /// <param name="cancellation">Ends the wait, not the check, which other exchanges may wait for.</param>
    ValueTask CheckAsync(Exchange exchange, CancellationToken cancellation);
}
