namespace Gatehouse.Protocol.Json;

/// <summary>One string of a JSON value.</summary>
/// <param name="Token">Its range, quotes included.</param>
/// <param name="IsName">True when it is the name of a member.</param>
public readonly record struct JsonTextToken(ByteRange Token, bool IsName);
