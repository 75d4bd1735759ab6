namespace Gatehouse.Server.RunTime;

/// <summary>What happens when a running tool opens what it has not declared.</summary>
public enum RunTimeGuardMode
{
    /// <summary>The act is refused, and recorded.</summary>
    Block,

    /// <summary>The act is recorded, and goes on.</summary>
    Observe,

    /// <summary>Nothing is checked.</summary>
    Off,
}
