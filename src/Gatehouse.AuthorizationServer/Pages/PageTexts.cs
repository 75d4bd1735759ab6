using System.Collections.Frozen;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The words of every text, in one table. A placeholder in braces is the same in every language; a test compares them.</summary>
internal static class PageTexts
{
    /// <summary>The table.</summary>
    public static FrozenDictionary<PageText, PageWords> All { get; } = Build().ToFrozenDictionary();

    private static Dictionary<PageText, PageWords> Build()
    {
        var all = new Dictionary<PageText, PageWords>();
        Dictionary<PageText, PageWords>[] parts =
        [
            Frame(), Forward(), Consent(), Warnings(), Confirmation(), Grants(), SignedOut(), Connections(), Faults(), FaultKinds(),
        ];
        foreach (var part in parts)
        {
            foreach (var (key, words) in part) all.Add(key, words);
        }

        return all;
    }

    private static Dictionary<PageText, PageWords> Frame() => new()
    {
        [PageText.FootAddress] = new(
            "This page comes from {host}. Check that your browser's address bar shows this name.",
            "Diese Seite kommt von {host}. Prüfen Sie, ob die Adresszeile Ihres Browsers diesen Namen zeigt.",
            "Denne side kommer fra {host}. Kontrollér, at browserens adresselinje viser dette navn.",
            "此页面来自 {host}。请确认浏览器地址栏显示的正是这个名称。"),
    };

    private static Dictionary<PageText, PageWords> Forward() => new()
    {
        [PageText.ForwardTitle] = new("You are being forwarded", "Sie werden weitergeleitet", "Du bliver sendt videre", "正在跳转"),
        [PageText.ForwardTo] = new(
            "Your browser goes to {host} now. If it stays here, choose Continue.",
            "Ihr Browser geht jetzt zu {host}. Bleibt er hier, wählen Sie Weiter.",
            "Din browser går nu til {host}. Vælg Fortsæt, hvis den bliver her.",
            "您的浏览器现在将跳转到 {host}。如果仍停留在此页面，请选择“继续”。"),
        [PageText.ForwardHeld] = new(
            "The program asks for a report at {host}. Choose Continue only if you know this host and started the sign-in yourself.",
            "Das Programm möchte das unter {host} erfahren. Wählen Sie Weiter nur, wenn Sie diesen Host kennen und die Anmeldung selbst begonnen haben.",
            "Programmet vil have besked om det på {host}. Vælg kun Fortsæt, hvis du kender værten og selv har startet login.",
            "该程序希望在 {host} 收到通知。仅当您认识该主机并且是您自己开始登录时，才选择“继续”。"),
        [PageText.BackHeld] = new(
            "The program waits for this answer at {host}. Go back only if you know this host and started the sign-in yourself.",
            "Das Programm wartet unter {host} auf diese Antwort. Gehen Sie nur zurück, wenn Sie diesen Host kennen und die Anmeldung selbst begonnen haben.",
            "Programmet venter på dette svar på {host}. Gå kun tilbage, hvis du kender værten og selv har startet login.",
            "该程序正在 {host} 等待此答复。仅当您认识该主机并且是您自己开始登录时，才返回。"),
        [PageText.BackToProgram] = new("Back to the program", "Zurück zum Programm", "Tilbage til programmet", "返回程序"),
    };

    private static Dictionary<PageText, PageWords> Consent() => new()
    {
        [PageText.ConsentTitle] = new("Allow access?", "Zugriff erlauben?", "Tillad adgang?", "是否允许访问？"),
        [PageText.ConsentHeading] = new(
            "Allow access to {server}?", "Zugriff auf {server} erlauben?", "Tillad adgang til {server}?", "是否允许访问 {server}？"),
        [PageText.ConsentLead] = new(
            "A program asks to use this server in your name.",
            "Ein Programm möchte diesen Server in Ihrem Namen benutzen.",
            "Et program vil bruge denne server i dit navn.",
            "有一个程序请求以您的名义使用此服务器。"),
        [PageText.WhoAsks] = new("Who asks", "Wer fragt", "Hvem spørger", "谁在请求"),
        [PageText.VouchedByAdministrator] = new(
            "An administrator of this gateway registered it.",
            "Ein Administrator dieses Gateways hat es eingetragen.",
            "En administrator af denne gateway har registreret det.",
            "由此网关的管理员登记。"),
        [PageText.VouchedByHost] = new(
            "{host} vouches for this name.", "{host} bürgt für diesen Namen.", "{host} står inde for dette navn.", "{host} 为此名称作担保。"),
        [PageText.ClientAtHost] = new("A program at {host}", "Ein Programm auf {host}", "Et program på {host}", "位于 {host} 的程序"),
        [PageText.ClientOnThisComputer] = new(
            "A program on this computer ({host})", "Ein Programm auf diesem Computer ({host})", "Et program på denne computer ({host})",
            "这台计算机上的程序（{host}）"),
        [PageText.ClaimedName] = new(
            "It calls itself “{name}”.", "Es nennt sich „{name}“.", "Det kalder sig »{name}«.", "它自称“{name}”。"),
        [PageText.WhatItGets] = new("What it asks for", "Worum es bittet", "Hvad det beder om", "请求的内容"),
        [PageText.ServerAt] = new(
            "The server {server} at {host}", "Den Server {server} auf {host}", "Serveren {server} på {host}", "位于 {host} 的服务器 {server}"),
        [PageText.RightsOfPerson] = new(
            "Everything that you may do there", "Alles, was Sie dort dürfen", "Alt, hvad du selv må gøre dér", "您在那里可以做的一切"),
        [PageText.RightsOfControl] = new(
            "Control of this gateway: everything that you may do as its administrator, such as ending the sessions and the access of others",
            "Steuerung dieses Gateways: alles, was Sie als sein Administrator dürfen, etwa Sitzungen und Zugriffe anderer beenden",
            "Styring af denne gateway: alt, hvad du må som dens administrator, for eksempel afslutte andres sessioner og adgang",
            "控制此网关：您作为其管理员可以做的一切，例如结束他人的会话和访问权限"),
        [PageText.RightsAre] = new("With these rights:", "Mit diesen Rechten:", "Med disse rettigheder:", "所请求的权限："),
        [PageText.RightWithWords] = new("{words} ({scope})", "{words} ({scope})", "{words} ({scope})", "{words}（{scope}）"),
        [PageText.RightUnknown] = new(
            "A right that the server calls {scope}", "Ein Recht, das der Server {scope} nennt", "En rettighed, som serveren kalder {scope}",
            "服务器称为 {scope} 的权限"),
        [PageText.RightOpenId] = new("Know who you are", "Wissen, wer Sie sind", "Vide, hvem du er", "知道您是谁"),
        [PageText.RightProfile] = new("See your name", "Ihren Namen sehen", "Se dit navn", "查看您的姓名"),
        [PageText.RightEmail] = new("See your e-mail address", "Ihre E-Mail-Adresse sehen", "Se din e-mailadresse", "查看您的电子邮件地址"),
        [PageText.RightOffline] = new(
            "Keep the access while you are away, until you withdraw it",
            "Den Zugriff behalten, auch wenn Sie nicht da sind, bis Sie ihn widerrufen",
            "Beholde adgangen, også når du ikke er til stede, indtil du trækker den tilbage",
            "在您离开时也保留访问权限，直到您撤回"),
        [PageText.WhatItWillHave] = new("What it will have", "Was es erhält", "Hvad det får", "将获得的权限"),
        [PageText.WhereAnswerGoes] = new("Where the answer goes", "Wohin die Antwort geht", "Hvor svaret sendes hen", "结果发送到哪里"),
        [PageText.AnswerToHost] = new("To the website {host}", "An die Website {host}", "Til webstedet {host}", "发送到网站 {host}"),
        [PageText.AnswerToThisComputer] = new(
            "To a program on this computer", "An ein Programm auf diesem Computer", "Til et program på denne computer", "发送到这台计算机上的一个程序"),
        [PageText.AnswerToProgram] = new(
            "To the program that opens {scheme} addresses", "An das Programm, das {scheme}-Adressen öffnet",
            "Til det program, der åbner {scheme}-adresser", "发送到打开 {scheme} 地址的程序"),
        [PageText.WhatNext] = new("What happens next", "Wie es weitergeht", "Hvad der sker nu", "接下来会发生什么"),
        [PageText.NextOneProvider] = new(
            "If you agree, you sign in at {provider} next. The program gets access only after you have confirmed once more.",
            "Wenn Sie zustimmen, melden Sie sich als Nächstes bei {provider} an. Das Programm erhält erst Zugriff, nachdem Sie noch einmal bestätigt haben.",
            "Hvis du siger ja, logger du derefter ind hos {provider}. Programmet får først adgang, når du har bekræftet en gang til.",
            "如果您同意，接下来将在 {provider} 登录。只有在您再次确认之后，程序才会获得访问权限。"),
        [PageText.NextManyProviders] = new(
            "If you agree, you sign in at the provider that you choose. The program gets access only after you have confirmed once more.",
            "Wenn Sie zustimmen, melden Sie sich bei dem Anbieter an, den Sie wählen. Das Programm erhält erst Zugriff, nachdem Sie noch einmal bestätigt haben.",
            "Hvis du siger ja, logger du ind hos den udbyder, du vælger. Programmet får først adgang, når du har bekræftet en gang til.",
            "如果您同意，将在您选择的提供方登录。只有在您再次确认之后，程序才会获得访问权限。"),
        [PageText.AgreeOnlyIf] = new(
            "Agree only if you started this yourself just now. If someone sent you a link to this page, cancel.",
            "Stimmen Sie nur zu, wenn Sie diesen Vorgang gerade selbst begonnen haben. Hat Ihnen jemand einen Link zu dieser Seite geschickt, brechen Sie ab.",
            "Sig kun ja, hvis du selv lige har startet dette. Annullér, hvis nogen har sendt dig et link til denne side.",
            "仅当此操作是您本人刚刚发起时才同意。如果是别人把此页面的链接发给您，请取消。"),
        [PageText.AgreeAndSignIn] = new(
            "Agree and sign in with {provider}", "Zustimmen und mit {provider} anmelden", "Sig ja, og log ind med {provider}", "同意并通过 {provider} 登录"),
        [PageText.Cancel] = new("Cancel", "Abbrechen", "Annullér", "取消"),
    };

    private static Dictionary<PageText, PageWords> Warnings() => new()
    {
        [PageText.WarningsHeading] = new("Check this first", "Prüfen Sie das zuerst", "Kontrollér dette først", "请先核对"),
        [PageText.WarnLoopback] = new(
            "Any program on this computer can ask in this way. Gatehouse cannot see which one it is.",
            "Jedes Programm auf diesem Computer kann so fragen. Gatehouse kann nicht erkennen, welches es ist.",
            "Ethvert program på denne computer kan spørge på denne måde. Gatehouse kan ikke se, hvilket det er.",
            "这台计算机上的任何程序都可以这样请求。Gatehouse 无法分辨是哪一个程序。"),
        [PageText.WarnLookAlike] = new(
            "{name} looks like {other}, but it is another program.",
            "{name} sieht aus wie {other}, ist aber ein anderes Programm.",
            "{name} ligner {other}, men det er et andet program.",
            "{name} 看起来像 {other}，但它是另一个程序。"),
        [PageText.WarnLookAlikeUnnamed] = new(
            "{name} looks like the name of a program that this gateway knows, but it is another program.",
            "{name} sieht aus wie der Name eines Programms, das dieses Gateway kennt, ist aber ein anderes Programm.",
            "{name} ligner navnet på et program, som denne gateway kender, men det er et andet program.",
            "{name} 看起来像此网关已知的某个程序的名称，但它是另一个程序。"),
        [PageText.WarnPunycode] = new(
            "The host {host} has letters that can be mistaken for others. A browser may show it as {other}.",
            "Der Host {host} enthält Buchstaben, die man mit anderen verwechseln kann. Ein Browser zeigt ihn vielleicht als {other}.",
            "Værten {host} har bogstaver, der kan forveksles med andre. En browser viser den måske som {other}.",
            "主机 {host} 含有容易与其他字母混淆的字母。浏览器可能将其显示为 {other}。"),
        [PageText.WarnPunycodeUnnamed] = new(
            "The host {host} has letters that can be mistaken for others.",
            "Der Host {host} enthält Buchstaben, die man mit anderen verwechseln kann.",
            "Værten {host} har bogstaver, der kan forveksles med andre.",
            "主机 {host} 含有容易与其他字母混淆的字母。"),
        [PageText.WarnChanged] = new(
            "This program changed since it was last used here: before {before}, now {now}.",
            "Dieses Programm hat sich seit der letzten Benutzung hier geändert: vorher {before}, jetzt {now}.",
            "Dette program er ændret, siden den sidst blev brugt her: før {before}, nu {now}.",
            "自上次在此使用以来，该程序发生了变化：以前是 {before}，现在是 {now}。"),
        [PageText.WarnChangedUnnamed] = new(
            "The description of this program changed since it was last used here.",
            "Die Beschreibung dieses Programms hat sich seit der letzten Benutzung hier geändert.",
            "Beskrivelsen af dette program er ændret, siden den sidst blev brugt her.",
            "自上次在此使用以来，该程序的描述发生了变化。"),
        [PageText.WarnUnvouched] = new(
            "The program chose the name {name} itself. No administrator and no website confirms it.",
            "Den Namen {name} hat das Programm selbst gewählt. Kein Administrator und keine Website bestätigt ihn.",
            "Programmet har selv valgt navnet {name}. Ingen administrator og intet websted bekræfter det.",
            "名称 {name} 是程序自己选择的，没有管理员或网站加以证实。"),
    };

    private static Dictionary<PageText, PageWords> Confirmation() => new()
    {
        [PageText.ConfirmTitle] = new("Is this right?", "Stimmt das so?", "Er det rigtigt?", "确认信息"),
        [PageText.ConfirmHeading] = new(
            "Give access to {server}?", "Zugriff auf {server} gewähren?", "Giv adgang til {server}?", "是否授予对 {server} 的访问权限？"),
        [PageText.SignedInAs] = new("You are signed in as", "Sie sind angemeldet als", "Du er logget ind som", "您的登录身份"),
        [PageText.SignedInWith] = new("with {provider}", "mit {provider}", "med {provider}", "通过 {provider}"),
        [PageText.ClientThatGetsAccess] = new("Who gets access", "Wer Zugriff erhält", "Hvem får adgang", "谁将获得访问权限"),
        [PageText.NewSinceLastTime] = new("New since last time", "Neu seit dem letzten Mal", "Nyt siden sidst", "与上次相比的变化"),
        [PageText.ChangeFirst] = new(
            "You have not given this program access before.",
            "Sie haben diesem Programm noch nie Zugriff gewährt.",
            "Du har ikke givet dette program adgang før.",
            "您以前没有授予过此程序访问权限。"),
        [PageText.ChangePerson] = new(
            "Another account was used in this browser last time.",
            "Beim letzten Mal wurde in diesem Browser ein anderes Konto benutzt.",
            "Sidste gang blev der brugt en anden konto i denne browser.",
            "上次在此浏览器中使用的是另一个帐户。"),
        [PageText.ChangeRedirect] = new(
            "The answer goes to a new address: {address}",
            "Die Antwort geht an eine neue Adresse: {address}",
            "Svaret sendes til en ny adresse: {address}",
            "结果发送到新的地址：{address}"),
        [PageText.ChangeScope] = new("A new right: {scope}", "Ein neues Recht: {scope}", "En ny rettighed: {scope}", "新的权限：{scope}"),
        [PageText.ChangeName] = new(
            "The program was called {name} before.", "Das Programm hieß vorher {name}.", "Programmet hed før {name}.", "该程序以前的名称是 {name}。"),
        [PageText.ChangeServer] = new(
            "This program has not had access to this server before.",
            "Dieses Programm hatte noch nie Zugriff auf diesen Server.",
            "Dette program har ikke haft adgang til denne server før.",
            "此程序以前没有此服务器的访问权限。"),
        [PageText.AccessUntil] = new(
            "The access ends at the latest on {until}. You can see and withdraw it at any time: {page}.",
            "Der Zugriff endet spätestens am {until}. Sie können ihn jederzeit ansehen und widerrufen: {page}.",
            "Adgangen slutter senest {until}. Du kan når som helst se den og trække den tilbage: {page}.",
            "访问权限最迟于 {until} 结束。您可以随时查看并撤回：{page}。"),
        [PageText.ContinueOnlyIf] = new(
            "Continue only if you started this sign-in yourself. If someone sent you a link, cancel: they would get access in your name.",
            "Fahren Sie nur fort, wenn Sie diese Anmeldung selbst begonnen haben. Hat Ihnen jemand einen Link geschickt, brechen Sie ab: Diese Person bekäme Zugriff in Ihrem Namen.",
            "Fortsæt kun, hvis du selv har startet dette login. Annullér, hvis nogen har sendt dig et link: Den person ville få adgang i dit navn.",
            "仅当此次登录是您本人发起时才继续。如果是别人给您发的链接，请取消：否则对方会以您的名义获得访问权限。"),
        [PageText.Continue] = new("Continue", "Weiter", "Fortsæt", "继续"),
        [PageText.UseAnother] = new(
            "Not you? Use another account", "Nicht Sie? Anderes Konto benutzen", "Ikke dig? Brug en anden konto", "不是您？使用其他帐户"),
    };

    private static Dictionary<PageText, PageWords> Grants() => new()
    {
        [PageText.GrantsTitle] = new("Your access", "Ihre Zugriffe", "Dine adgange", "您的授权"),
        [PageText.GrantsHeading] = new("Access that you gave", "Zugriff, den Sie gewährt haben", "Adgang, som du har givet", "您授予的访问权限"),
        [PageText.GrantsLead] = new(
            "These programs can use servers in your name. You can withdraw the access of each at any time.",
            "Diese Programme können Server in Ihrem Namen benutzen. Sie können den Zugriff jederzeit einzeln widerrufen.",
            "Disse programmer kan bruge servere i dit navn. Du kan når som helst trække adgangen tilbage for hvert af dem.",
            "以下程序可以您的名义使用服务器。您可以随时逐个撤回访问权限。"),
        [PageText.GrantsNone] = new(
            "No program has access in your name.", "Kein Programm hat Zugriff in Ihrem Namen.", "Intet program har adgang i dit navn.",
            "没有任何程序以您的名义拥有访问权限。"),
        [PageText.GrantServer] = new("Server", "Server", "Server", "服务器"),
        [PageText.GrantRights] = new("Rights", "Rechte", "Rettigheder", "权限"),
        [PageText.GrantSince] = new("Given", "Gewährt", "Givet", "授予时间"),
        [PageText.GrantUntil] = new("Ends at the latest", "Endet spätestens", "Slutter senest", "最迟结束时间"),
        [PageText.Withdraw] = new("Withdraw", "Widerrufen", "Træk tilbage", "撤回"),
        [PageText.WithdrawOf] = new(
            "the access of {client} to {server}", "den Zugriff von {client} auf {server}", "adgangen for {client} til {server}",
            "{client} 对 {server} 的访问权限"),
        [PageText.EverywhereHeading] = new("All programs", "Alle Programme", "Alle programmer", "所有程序"),
        [PageText.EverywhereText] = new(
            "This withdraws all access and ends every open session. Each program must ask you again.",
            "Damit widerrufen Sie jeden Zugriff und beenden jede offene Sitzung. Jedes Programm muss Sie neu fragen.",
            "Dette trækker al adgang tilbage og afslutter alle åbne sessioner. Hvert program skal spørge dig igen.",
            "这将撤回所有访问权限并结束所有打开的会话。每个程序都必须重新向您请求。"),
        [PageText.Everywhere] = new("Sign out everywhere", "Überall abmelden", "Log ud overalt", "在所有地方退出登录"),
        [PageText.SignOut] = new("Sign out in this browser", "In diesem Browser abmelden", "Log ud i denne browser", "在此浏览器中退出登录"),
        [PageText.DoneWithdrawn] = new(
            "The access has been withdrawn.", "Der Zugriff wurde widerrufen.", "Adgangen er trukket tilbage.", "访问权限已撤回。"),
    };

    private static Dictionary<PageText, PageWords> SignedOut() => new()
    {
        [PageText.SignedOutTitle] = new("You are signed out", "Sie sind abgemeldet", "Du er logget ud", "您已退出登录"),
        [PageText.SignedOutHere] = new(
            "This browser is no longer signed in at this gateway.",
            "Dieser Browser ist nicht mehr an diesem Gateway angemeldet.",
            "Denne browser er ikke længere logget ind på denne gateway.",
            "此浏览器不再登录此网关。"),
        [PageText.SignedOutEverywhere] = new(
            "All access that you gave has been withdrawn. Each program must ask you again.",
            "Jeder Zugriff, den Sie gewährt haben, wurde widerrufen. Jedes Programm muss Sie neu fragen.",
            "Al adgang, som du har givet, er trukket tilbage. Hvert program skal spørge dig igen.",
            "您授予的所有访问权限均已撤回。每个程序都必须重新向您请求。"),
        [PageText.SignedOutProvider] = new(
            "You may still be signed in at your identity provider. On a computer that others use, sign out there too.",
            "Bei Ihrem Identitätsanbieter sind Sie vielleicht noch angemeldet. Melden Sie sich an einem Computer, den auch andere benutzen, dort ebenfalls ab.",
            "Du er måske stadig logget ind hos din identitetsudbyder. Log også ud dér, hvis andre bruger computeren.",
            "您可能仍在身份提供方处于登录状态。如果这台计算机由多人使用，请在那里也退出登录。"),
        [PageText.CloseWindow] = new(
            "You can close this window.", "Sie können dieses Fenster schließen.", "Du kan lukke dette vindue.", "您可以关闭此窗口。"),
    };

    private static Dictionary<PageText, PageWords> Connections() => new()
    {
        [PageText.ConnectTitle] = new("Connect a service?", "Dienst verbinden?", "Forbind en tjeneste?", "是否连接服务？"),
        [PageText.ConnectHeading] = new(
            "Connect {service} to {server}?", "{service} mit {server} verbinden?", "Forbind {service} med {server}?", "是否将 {service} 连接到 {server}？"),
        [PageText.ConnectCalledBy] = new(
            "A call by {name} in your name needs it.", "Ein Aufruf von {name} in Ihrem Namen braucht das.",
            "Et kald fra {name} i dit navn har brug for det.", "{name} 以您的名义发出的调用需要此连接。"),
        [PageText.ConnectWhat] = new("What it will be able to use", "Was er benutzen kann", "Hvad den kan bruge", "它将可以使用的内容"),
        [PageText.ConnectServiceAt] = new(
            "Your account of {service} at {host}", "Ihr Konto bei {service} auf {host}", "Din konto hos {service} på {host}",
            "您在 {host} 的 {service} 帐户"),
        [PageText.ConnectRight] = new(
            "A right that the service calls {scope}", "Ein Recht, das der Dienst {scope} nennt", "En rettighed, som tjenesten kalder {scope}",
            "服务称为 {scope} 的权限"),
        [PageText.ConnectNoRight] = new(
            "What the service gives without a named right", "Was der Dienst ohne ein benanntes Recht gibt",
            "Hvad tjenesten giver uden en navngiven rettighed", "服务在没有指定权限时提供的内容"),
        [PageText.ConnectNext] = new(
            "Your browser goes to {service} at {host}, where you agree with your account there. The gateway keeps the access sealed, and only calls "
                + "in your name use it.",
            "Ihr Browser geht zu {service} auf {host}, wo Sie mit Ihrem dortigen Konto zustimmen. Das Gateway bewahrt den Zugriff versiegelt auf, "
                + "und nur Aufrufe in Ihrem Namen benutzen ihn.",
            "Din browser går til {service} på {host}, hvor du giver samtykke med din konto dér. Gatewayen opbevarer adgangen forseglet, og kun kald "
                + "i dit navn bruger den.",
            "您的浏览器将转到 {host} 的 {service}，您在那里用您的帐户表示同意。网关会密封保存此访问权限，只有以您的名义发出的调用才会使用它。"),
        [PageText.ConnectOnlyIf] = new(
            "Connect only if you made this call yourself, or let a program make it.",
            "Verbinden Sie nur, wenn Sie diesen Aufruf selbst gemacht haben oder ein Programm ihn für Sie machen ließen.",
            "Forbind kun, hvis du selv har foretaget kaldet eller har ladet et program gøre det.",
            "仅当此调用是您自己发出的，或是您让程序发出的，才进行连接。"),
        [PageText.ConnectAgree] = new("Connect {service}", "{service} verbinden", "Forbind {service}", "连接 {service}"),
        [PageText.ConnectedTitle] = new("Connected", "Verbunden", "Forbundet", "已连接"),
        [PageText.ConnectedText] = new(
            "{service} is connected to {server}. Calls in your name use it from now on.",
            "{service} ist mit {server} verbunden. Aufrufe in Ihrem Namen benutzen es ab jetzt.",
            "{service} er forbundet med {server}. Kald i dit navn bruger den fra nu af.",
            "{service} 已连接到 {server}。从现在起，以您的名义发出的调用将使用它。"),
        [PageText.NotConnectedTitle] = new("Not connected", "Nicht verbunden", "Ikke forbundet", "未连接"),
        [PageText.NotConnectedText] = new(
            "You did not connect {service}. Nothing was given.", "Sie haben {service} nicht verbunden. Es wurde nichts gegeben.",
            "Du har ikke forbundet {service}. Intet blev givet.", "您没有连接 {service}。未授予任何内容。"),
        [PageText.OtherPersonTitle] = new(
            "This link is for another person", "Dieser Link ist für eine andere Person", "Dette link er til en anden person", "此链接属于其他人"),
        [PageText.OtherPersonText] = new(
            "You are signed in as {person}, and the call was made by another account. Nothing was connected.",
            "Sie sind als {person} angemeldet, und der Aufruf kam von einem anderen Konto. Es wurde nichts verbunden.",
            "Du er logget ind som {person}, og kaldet kom fra en anden konto. Intet blev forbundet.",
            "您以 {person} 的身份登录，而调用来自另一个帐户。未进行任何连接。"),
        [PageText.OtherPersonRemedy] = new(
            "If another person sent you the link, close this window and report it to your administrator. If it is your own call, sign in with the "
                + "account that made it.",
            "Wenn Ihnen jemand den Link geschickt hat, schließen Sie dieses Fenster und melden Sie es Ihrem Administrator. War es Ihr eigener "
                + "Aufruf, melden Sie sich mit dem Konto an, das ihn gemacht hat.",
            "Hvis nogen har sendt dig linket, så luk vinduet og meld det til din administrator. Er det dit eget kald, så log ind med den konto, der "
                + "foretog det.",
            "如果是别人把此链接发给您的，请关闭此窗口并向您的管理员报告。如果是您自己的调用，请使用发出该调用的帐户登录。"),
    };

    private static Dictionary<PageText, PageWords> Faults() => new()
    {
        [PageText.FaultTitle] = new("The sign-in stopped", "Die Anmeldung wurde angehalten", "Login blev stoppet", "登录已中止"),
        [PageText.FaultWhere] = new("Where", "Wo", "Hvor", "位置"),
        [PageText.FaultWhatToDo] = new("What to do", "Was Sie tun können", "Hvad du kan gøre", "怎么办"),
        [PageText.FaultRequestId] = new("Request id", "Kennung der Anfrage", "Id for forespørgslen", "请求编号"),
        [PageText.FaultNothingGiven] = new(
            "No program got access.", "Kein Programm hat Zugriff erhalten.", "Intet program har fået adgang.", "没有任何程序获得访问权限。"),
        [PageText.FaultNothingMore] = new(
            "This step gave no program access.", "Dieser Schritt hat keinem Programm Zugriff gegeben.", "Dette trin har ikke givet noget program adgang.",
            "此步骤没有给任何程序访问权限。"),
        [PageText.AtGateway] = new("At the gateway {name}", "Am Gateway {name}", "Ved gatewayen {name}", "网关 {name}"),
        [PageText.AtClient] = new("In the program {name}", "Im Programm {name}", "I programmet {name}", "程序 {name}"),
        [PageText.AtProvider] = new(
            "At the identity provider {name}", "Beim Identitätsanbieter {name}", "Hos identitetsudbyderen {name}", "身份提供方 {name}"),
    };

    private static Dictionary<PageText, PageWords> FaultKinds() => new()
    {
        [PageText.UnknownClient] = new(
            "This gateway does not know the program", "Dieses Gateway kennt das Programm nicht", "Denne gateway kender ikke programmet", "此网关不认识该程序"),
        [PageText.UnknownClientRemedy] = new(
            "Start the sign-in again in your program. If this page comes again, ask the administrator of this gateway to register the program.",
            "Beginnen Sie die Anmeldung in Ihrem Programm neu. Kommt diese Seite wieder, bitten Sie den Administrator dieses Gateways, das Programm einzutragen.",
            "Start login forfra i dit program. Hvis siden kommer igen, så bed administratoren af denne gateway om at registrere programmet.",
            "请在您的程序中重新开始登录。如果再次出现此页面，请让此网关的管理员登记该程序。"),
        [PageText.WrongRedirect] = new(
            "The return address does not belong to the program", "Die Rücksprungadresse gehört nicht zum Programm", "Returadressen hører ikke til programmet",
            "返回地址不属于该程序"),
        [PageText.WrongRedirectRemedy] = new(
            "Nothing was sent to that address. Start the sign-in again in your program. If you followed a link, do not use it again.",
            "An diese Adresse wurde nichts gesendet. Beginnen Sie die Anmeldung in Ihrem Programm neu. Sind Sie einem Link gefolgt, benutzen Sie ihn nicht mehr.",
            "Der blev ikke sendt noget til den adresse. Start login forfra i dit program. Hvis du fulgte et link, så brug det ikke igen.",
            "没有向该地址发送任何内容。请在您的程序中重新开始登录。如果您是通过链接来到这里的，请不要再使用该链接。"),
        [PageText.BadRequest] = new(
            "The request of the program has a fault", "Die Anfrage des Programms ist fehlerhaft", "Programmets forespørgsel har en fejl", "程序的请求有错误"),
        [PageText.BadRequestRemedy] = new(
            "Start the sign-in again in your program. If this page comes again, report it to the maker of the program, with the request id.",
            "Beginnen Sie die Anmeldung in Ihrem Programm neu. Kommt diese Seite wieder, melden Sie es dem Hersteller des Programms mit der Kennung der Anfrage.",
            "Start login forfra i dit program. Hvis siden kommer igen, så meld det til producenten af programmet sammen med id'et for forespørgslen.",
            "请在您的程序中重新开始登录。如果再次出现此页面，请连同请求编号一起报告给程序的制作方。"),
        [PageText.AlreadyUsed] = new(
            "This sign-in was used before", "Diese Anmeldung wurde schon benutzt", "Dette login er allerede brugt", "此次登录已被使用过"),
        [PageText.AlreadyUsedRemedy] = new(
            "Start the sign-in again in your program. If you did not use it twice yourself, report this page to your administrator.",
            "Beginnen Sie die Anmeldung in Ihrem Programm neu. Haben Sie sie nicht selbst zweimal benutzt, melden Sie diese Seite Ihrem Administrator.",
            "Start login forfra i dit program. Hvis du ikke selv har brugt det to gange, så meld siden til din administrator.",
            "请在您的程序中重新开始登录。如果不是您本人重复使用，请将此页面报告给您的管理员。"),
        [PageText.OtherBrowser] = new(
            "This sign-in began in another browser", "Diese Anmeldung begann in einem anderen Browser", "Dette login begyndte i en anden browser",
            "此次登录是在另一个浏览器中开始的"),
        [PageText.OtherBrowserRemedy] = new(
            "Start and finish the sign-in in the same browser, with cookies allowed. If someone sent you a link, do not use it.",
            "Beginnen und beenden Sie die Anmeldung im selben Browser und lassen Sie Cookies zu. Hat Ihnen jemand einen Link geschickt, benutzen Sie ihn nicht.",
            "Start og afslut login i den samme browser, og tillad cookies. Hvis nogen har sendt dig et link, så brug det ikke.",
            "请在同一个浏览器中开始并完成登录，并允许使用 Cookie。如果是别人给您发的链接，请不要使用。"),
        [PageText.ForeignForm] = new(
            "The form did not come from this page", "Das Formular kam nicht von dieser Seite", "Formularen kom ikke fra denne side", "表单不是来自本页面"),
        [PageText.ForeignFormRemedy] = new(
            "Start the sign-in again in your program. If another website brought you here, close it.",
            "Beginnen Sie die Anmeldung in Ihrem Programm neu. Hat eine andere Website Sie hierher gebracht, schließen Sie sie.",
            "Start login forfra i dit program. Luk det andre websted, hvis det førte dig hertil.",
            "请在您的程序中重新开始登录。如果是其他网站把您带到这里的，请关闭该网站。"),
        [PageText.SignInFailed] = new(
            "The sign-in did not succeed", "Die Anmeldung ist nicht gelungen", "Login lykkedes ikke", "登录未成功"),
        [PageText.SignInFailedRemedy] = new(
            "Start the sign-in again in your program. If this page comes again, give the request id to your administrator.",
            "Beginnen Sie die Anmeldung in Ihrem Programm neu. Kommt diese Seite wieder, geben Sie Ihrem Administrator die Kennung der Anfrage.",
            "Start login forfra i dit program. Hvis siden kommer igen, så giv id'et for forespørgslen til din administrator.",
            "请在您的程序中重新开始登录。如果再次出现此页面，请将请求编号提供给您的管理员。"),
        [PageText.ProviderUnavailable] = new(
            "The identity provider does not answer", "Der Identitätsanbieter antwortet nicht", "Identitetsudbyderen svarer ikke", "身份提供方没有响应"),
        [PageText.ProviderUnavailableRemedy] = new(
            "Try again in a minute. If this page comes again, give the request id to your administrator.",
            "Versuchen Sie es in einer Minute noch einmal. Kommt diese Seite wieder, geben Sie Ihrem Administrator die Kennung der Anfrage.",
            "Prøv igen om et minut. Hvis siden kommer igen, så giv id'et for forespørgslen til din administrator.",
            "请一分钟后重试。如果再次出现此页面，请将请求编号提供给您的管理员。"),
        [PageText.NotPermitted] = new(
            "Your account may not use this server", "Ihr Konto darf diesen Server nicht benutzen", "Din konto må ikke bruge denne server",
            "您的帐户无权使用此服务器"),
        [PageText.NotPermittedRemedy] = new(
            "Use another account, or ask your administrator for access.",
            "Benutzen Sie ein anderes Konto oder bitten Sie Ihren Administrator um Zugriff.",
            "Brug en anden konto, eller bed din administrator om adgang.",
            "请使用其他帐户，或向您的管理员申请访问权限。"),
        [PageText.TooMany] = new("Too many requests", "Zu viele Anfragen", "For mange forespørgsler", "请求过多"),
        [PageText.TooManyRemedy] = new(
            "Wait one minute and start the sign-in again in your program.",
            "Warten Sie eine Minute und beginnen Sie die Anmeldung in Ihrem Programm neu.",
            "Vent et minut, og start login forfra i dit program.",
            "请等待一分钟，然后在您的程序中重新开始登录。"),
        [PageText.Internal] = new("Something went wrong here", "Hier ist etwas schiefgegangen", "Noget gik galt her", "此处出现了问题"),
        [PageText.InternalRemedy] = new(
            "Try again in a few minutes. If this page comes again, give the request id to your administrator.",
            "Versuchen Sie es in einigen Minuten noch einmal. Kommt diese Seite wieder, geben Sie Ihrem Administrator die Kennung der Anfrage.",
            "Prøv igen om nogle minutter. Hvis siden kommer igen, så giv id'et for forespørgslen til din administrator.",
            "请几分钟后重试。如果再次出现此页面，请将请求编号提供给您的管理员。"),
    };
}
