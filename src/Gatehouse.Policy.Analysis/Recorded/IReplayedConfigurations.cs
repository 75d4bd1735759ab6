namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>
/// What the configurations of a replay say about a recorded request before any rule is asked: whether they have its server, and what that server asks
/// of a token.
/// </summary>
public interface IReplayedConfigurations
{
    /// <summary>Returns whether the new configuration refuses the request, because it lacks the server or does not accept the issuer there.</summary>
    bool IsRefused(RecordedRequest request);

    /// <summary>Returns whether the configuration that is in force refuses it as well, so that the new one changes nothing.</summary>
    bool IsRefusedInForce(RecordedRequest request);

    /// <summary>
    /// Returns the scopes that the server asks for since the new configuration only, without those that the event shows. An event has only the scopes
    /// that the policy in force asked for, so the token may have had more.
    /// </summary>
    IReadOnlyList<string> AddedScopes(RecordedRequest request);

    /// <summary>Returns whether a server no longer asks for a scope that the configuration in force asks for.</summary>
    bool AsksForFewerScopes(string server);
}
