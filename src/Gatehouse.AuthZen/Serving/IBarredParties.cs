using Gatehouse.Policy;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The containments and revocations in force, as a question of another enforcement point meets them.</summary>
internal interface IBarredParties
{
    /// <summary>Returns why a request of the subject is refused whatever the policy says: <c>contained</c>, <c>revoked</c>, or null.</summary>
    /// <param name="subject">The person or client.</param>
    /// <param name="request">The request.</param>
    /// <param name="at">The moment.</param>
    string? Find(PolicySubject subject, PolicyRequest request, DateTimeOffset at);
}
