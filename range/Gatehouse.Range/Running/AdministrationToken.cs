namespace Gatehouse.Range.Running;

/// <summary>The token by which a person answers a question.</summary>
/// <param name="Person">The person.</param>
/// <param name="Client">The client to which it was issued.</param>
/// <param name="IsForCalls">True where it is good for calls at the endpoint as well.</param>
internal sealed record AdministrationToken(string Person, string Client = AdministrationToken.Console, bool IsForCalls = false)
{
    /// <summary>A client that makes no calls.</summary>
    public const string Console = "console";
}
