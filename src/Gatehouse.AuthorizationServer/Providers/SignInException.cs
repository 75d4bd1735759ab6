namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>A sign-in that cannot begin or end.</summary>
/// <param name="fault">Why.</param>
internal sealed class SignInException(SignInFault fault) : Exception(fault.Text)
{
    /// <summary>Why.</summary>
    public SignInFault Fault { get; } = fault;
}
