namespace Gatehouse.Configuration.Keys;

/// <summary>The hosts that read a configuration. A key that means nothing for one of them is a fault there.</summary>
[Flags]
internal enum KeyHosts
{
    /// <summary>The gateway, with listeners of its own.</summary>
    Gateway = 1,

    /// <summary>The library in the one server that it protects.</summary>
    Library = 2,

    /// <summary>The host of a person's wrapped servers.</summary>
    Wrapper = 4,

    /// <summary>Those that several people use.</summary>
    Shared = Gateway | Library,

    /// <summary>All of them.</summary>
    All = Gateway | Library | Wrapper,
}
