namespace Gatehouse.ProviderEvents;

/// <summary>A poll that gave no usable answer.</summary>
/// <param name="cause">The cause, in words of the gateway.</param>
internal sealed class PollFaultException(string cause) : Exception(cause)
{
    /// <summary>The cause, in words of the gateway.</summary>
    public string Cause => Message;
}
