namespace Gatehouse.Range.Running;

/// <summary>A proxy that its operator can drain, as the exercise uses it.</summary>
public interface IDrainableProxy
{
    /// <summary>The endpoint of the server at the proxy.</summary>
    Uri Endpoint { get; }

    /// <summary>The operator drains the proxy. Returns whether no request is in progress after the time.</summary>
    Task<bool> DrainAsync(TimeSpan patience);
}
