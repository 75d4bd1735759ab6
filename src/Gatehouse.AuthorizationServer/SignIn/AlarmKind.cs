namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>A kind of alarm, as the page of operators lists it.</summary>
/// <param name="Name">The name in the audit log, the metric and the status.</param>
/// <param name="Meaning">What happened.</param>
/// <param name="Grant">What happened to the grant.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record AlarmKind(string Name, string Meaning, string Grant, string Remedy);
