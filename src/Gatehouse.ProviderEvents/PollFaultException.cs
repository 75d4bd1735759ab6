namespace Gatehouse.ProviderEvents;

/// <summary>A poll that gave no usable answer. The message is in words of the gateway.</summary>
/// <param name="message">The cause.</param>
internal sealed class PollFaultException(string message) : Exception(message);
