namespace Gatehouse.Server;

/// <summary>The mark of a request that the gateway passes on to the server. Only the library makes one, and no request from outside has it.</summary>
internal sealed class PassedOn
{
    private PassedOn()
    {
    }

    public static PassedOn Mark { get; } = new();
}
