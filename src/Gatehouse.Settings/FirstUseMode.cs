namespace Gatehouse.Settings;

/// <summary>What becomes of a server that the lock does not have.</summary>
public enum FirstUseMode
{
    /// <summary>All that it says is withheld until a person approved it. The default where <c>lock</c> is configured.</summary>
    Refuse,

    /// <summary>It is taken as the gateway sees it first, and held to that. The default where no <c>lock</c> is configured.</summary>
    Trust,

    /// <summary>It is held to nothing: the next session sees whatever it says by then.</summary>
    Off,
}
