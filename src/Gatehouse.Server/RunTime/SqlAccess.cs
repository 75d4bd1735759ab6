namespace Gatehouse.Server.RunTime;

/// <summary>The statements that a tool may run.</summary>
public enum SqlAccess
{
    /// <summary>None.</summary>
    None,

    /// <summary>One statement that reads.</summary>
    Read,

    /// <summary>Every statement.</summary>
    Write,
}
