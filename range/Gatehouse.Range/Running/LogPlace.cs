namespace Gatehouse.Range.Running;

/// <summary>The folders of a gateway's logs and of their keys.</summary>
/// <param name="Logs">The logs: a person without a key can write it.</param>
/// <param name="Keys">The keys: only the gateway can write it.</param>
public sealed record LogPlace(string Logs, string Keys);
