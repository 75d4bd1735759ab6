namespace Gatehouse.Detection.Concepts;

/// <summary>The subject of a word or sign. The order is part of the model's form.</summary>
internal enum Concept
{
    /// <summary>The model, assistant or agent that reads.</summary>
    Model = 0,

    /// <summary>A negation.</summary>
    Not,

    /// <summary>To tell or show.</summary>
    Tell,

    /// <summary>The person who uses the model.</summary>
    Person,

    /// <summary>In secret.</summary>
    Hush,

    /// <summary>Files and stores that hold secrets.</summary>
    Vault,

    /// <summary>Credentials by their name.</summary>
    Credential,

    /// <summary>The conversation, its instructions, the list of tools.</summary>
    Talk,

    /// <summary>To read or fetch.</summary>
    Take,

    /// <summary>To send or put into.</summary>
    Give,

    /// <summary>Before or with every use.</summary>
    First,

    /// <summary>An obligation.</summary>
    Must,

    /// <summary>To set rules aside.</summary>
    Overrule,

    /// <summary>One tool before others.</summary>
    Prefer,

    /// <summary>To run something, to redirect something.</summary>
    Command,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>Marks that imitate a system message or hide text where it is rendered.</summary>
    Mark,

    /// <summary>A reason that presses.</summary>
    Pressure,

    /// <summary>An address: URL, mail address, telephone number, IP address.</summary>
    Address,

    /// <summary>A mark of the templates that models are given conversations in.</summary>
    Turn,

    /// <summary>To leave orders aside: ignore, forget, stop following. This concept and the ones below are searched for only in messages.</summary>
    Ignore,

    /// <summary>A reference to an earlier part of the context.</summary>
    Prior,

    /// <summary>Orders: instructions, rules, prompts.</summary>
    Orders,

    /// <summary>A word that says that a text is quoted, an example, or about attacks.</summary>
    Quotation,

    /// <summary>The text gives the model another role.</summary>
    Persona,

    /// <summary>The text takes the model's limits away.</summary>
    Unbound,
}
