namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The parts of the authorization server that pages for people work with.</summary>
/// <param name="Server">Settings, providers, store, record and clock.</param>
/// <param name="Start">Sends a browser to a provider to sign in.</param>
/// <param name="Sessions">The sessions of people.</param>
/// <param name="Pages">Sends pages.</param>
/// <param name="Answers">Sends faults, with their entries.</param>
internal sealed record PersonPageParts(
    AuthorizationServerParts Server, SignInStart Start, PersonSessions Sessions, SignInPages Pages, SignInAnswers Answers);
