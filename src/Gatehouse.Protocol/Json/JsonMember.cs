namespace Gatehouse.Protocol.Json;

/// <summary>A member of an object: the name's raw token and the value's, quotes included.</summary>
public readonly record struct JsonMember(ByteRange Name, ByteRange Value);
