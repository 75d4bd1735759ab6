namespace Gatehouse.Protocol;

/// <summary>The effect of a method: whether its message may change something beyond the answer it asks for.</summary>
public enum MethodEffect
{
    /// <summary>May act: its record must be durable before it leaves. Also every unknown method.</summary>
    Acting,

    /// <summary>Only asks for information that the protocol itself defines.</summary>
    Reading,
}
