using Gatehouse.Identity.Tokens;
using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Snapshots;

/// <summary>
/// Checks of rights that another system gives, such as assignments of Entra PIM. They run before the policy decides, because a decision reads memory.
/// </summary>
public interface IAccessChecks
{
    /// <summary>
    /// Makes sure that the rights which could matter to a caller at a server were checked recently. A right that cannot be checked does not
    /// count: the method does not throw for it, and the policy decides without the right.
    /// </summary>
    /// <param name="snapshot">The snapshot that decides.</param>
    /// <param name="caller">The verified token of the caller.</param>
    /// <param name="subject">The caller in the form that the policy sees.</param>
    /// <param name="server">Name of the server.</param>
    /// <param name="cancellation">Ends the wait, not the check, which other exchanges may wait for.</param>
    /// <returns>The rights that could not be checked, in the words of the policy. Empty for none.</returns>
    ValueTask<IReadOnlyList<string>> CheckAsync(
        GatewaySnapshot snapshot, VerifiedToken caller, PolicySubject subject, string server, CancellationToken cancellation);
}
