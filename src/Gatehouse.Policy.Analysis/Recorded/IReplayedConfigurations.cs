namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>
/// The verdicts of a replay's configurations on a recorded request before any rule is asked: whether they have its server, and whether that server
/// accepts the token.
/// </summary>
public interface IReplayedConfigurations
{
    /// <summary>Returns whether the new configuration refuses the request, because it lacks the server or does not accept the issuer there.</summary>
    bool IsRefused(RecordedRequest request);

    /// <summary>
    /// Returns whether the configuration that is in force refuses the request. A replay leaves such a request out, whatever the new one says: its
    /// recorded verdict is of an earlier configuration.
    /// </summary>
    bool IsRefusedInForce(RecordedRequest request);

    /// <summary>
    /// Returns the scopes that the server asks for since the new configuration only, without those that the event shows. An event has only the scopes
    /// that the policy in force asked for, so the token may have had more.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="isEarlier">True for a request before the configuration in force, of which no scope is known that the server asked for.</param>
    IReadOnlyList<string> AddedScopes(RecordedRequest request, bool isEarlier);

    /// <summary>
    /// Returns the scopes that a token of the caller's issuer may have by one configuration and not by the other, because the two imply scopes
    /// differently: those that the server or a rule about it asks for. An event does not say which scopes the token itself had.
    /// </summary>
    IReadOnlyList<string> OtherwiseImpliedScopes(RecordedRequest request);

    /// <summary>Returns whether a server no longer asks for a scope that the configuration in force asks for.</summary>
    bool AsksForFewerScopes(string server);
}
