namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The end of a sign-in at a provider.</summary>
/// <param name="Person">The person; null when the sign-in failed.</param>
/// <param name="Fault">Why it failed; null with a person.</param>
internal sealed record SignInResult(SignedInPerson? Person, SignInFault? Fault);
